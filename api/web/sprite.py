"""The icons: one SVG of `<symbol>`s, taken from Lucide (ISC) at start-up and shown by `<use>`."""

import io
from importlib.resources import files
from xml.etree import ElementTree
from zipfile import ZipFile

ICONS = (
    "archive",
    "arrow-left",
    "arrow-right",
    "ban",
    "bell",
    "bell-off",
    "check",
    "chevron-down",
    "chevron-right",
    "chevrons-up",
    "circle",
    "circle-check",
    "circle-dot",
    "circle-pause",
    "circle-user",
    "circle-x",
    "clock",
    "command",
    "copy",
    "ellipsis",
    "equal",
    "eye",
    "flag",
    "globe",
    "headset",
    "history",
    "hourglass",
    "house",
    "inbox",
    "info",
    "keyboard",
    "layers",
    "link",
    "list-checks",
    "list-filter",
    "lock",
    "log-out",
    "mail",
    "merge",
    "message-square",
    "moon",
    "octagon-alert",
    "panel-right",
    "paperclip",
    "pause",
    "pen-line",
    "plus",
    "printer",
    "reply",
    "rotate-ccw",
    "route",
    "rows-2",
    "rows-4",
    "search",
    "send",
    "shield-check",
    "settings",
    "siren",
    "split",
    "star",
    "tag",
    "timer",
    "triangle-alert",
    "undo-2",
    "unplug",
    "user",
    "user-plus",
    "user-x",
    "users",
    "x",
)

_SVG = "{http://www.w3.org/2000/svg}"


def build_sprite() -> bytes:
    """The sprite: 24 × 24 symbols named after their icons, drawn in the colour of the text around them."""
    with ZipFile(io.BytesIO(files("lucide").joinpath("lucide.zip").read_bytes())) as archive:
        symbols = "".join(_symbol(name, archive.read(f"{name}.svg")) for name in ICONS)
    return f'<svg xmlns="http://www.w3.org/2000/svg">{symbols}</svg>'.encode()


def _symbol(name: str, source: bytes) -> str:
    drawing = ElementTree.fromstring(source)
    for node in drawing.iter():
        node.tag = node.tag.removeprefix(_SVG)
    shapes = "".join(ElementTree.tostring(shape, encoding="unicode").strip() for shape in drawing)
    return (
        f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"'
        f' stroke-linecap="round" stroke-linejoin="round">{shapes}</symbol>'
    )
