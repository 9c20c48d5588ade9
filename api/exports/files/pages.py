"""Pages: data and a Typst template become a tagged PDF. What people wrote goes in as data, never as Typst."""

from pathlib import Path
from typing import Any

import msgspec
import typst

TEMPLATES = Path(__file__).parents[1] / "typst"


def typeset(template: str, data: dict[str, Any]) -> bytes:
    """The PDF of a template (`list` or `ticket`) with its data. The typefaces are those that come with Typst; letters they
    lack are taken from the system's, where it has some."""
    pdf = typst.compile(
        TEMPLATES / f"{template}.typ", root=TEMPLATES, sys_inputs={"data": msgspec.json.encode(data).decode()}
    )
    assert isinstance(pdf, bytes)
    return pdf
