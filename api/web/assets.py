"""Static files, held in memory and served under a hash of them all, so that browsers may keep them for ever.

The style sheets become one file, squeezed, in `SHEETS`' order; scripts lose their indentation, so none may hold text of
several lines. All that compresses is compressed once, at start-up.
"""

import gzip
import hashlib
import re
from functools import cache
from importlib.util import find_spec
from mimetypes import guess_type
from pathlib import Path

import msgspec
from litestar import Response, Router, get

from api.actor import Right
from api.errors import NotFound
from api.web.http import WebRequest
from api.web.sprite import build_sprite

FOLDER = Path(__file__).parent / "static"
SHEETS = ("app", "parts", "lists", "ticket", "print")
HTMX = "htmx-2.min.js"
"""From its own package; `htmx.js` to browsers."""
SWAGGER = ("swagger-ui.css", "swagger-ui-bundle.js")
"""Files of the API reference, from their own package."""
_COMPRESSIBLE = (".css", ".js", ".svg", ".webmanifest")


class Asset(msgspec.Struct, frozen=True):
    """One file as it goes over the wire; `packed` is its gzip form, or None when that is no shorter."""

    media_type: str
    body: bytes
    packed: bytes | None


class Assets(msgspec.Struct, frozen=True):
    """All static files by name, and the hash of them all."""

    version: str
    files: dict[str, Asset]

    def url(self, name: str) -> str:
        """Address of a file; raises KeyError for one that is not there."""
        self.files[name]
        return f"/static/{self.version}/{name}"


@cache
def load_assets() -> Assets:
    """Read, join, compress and hash the files; once per process."""
    found = {
        path.relative_to(FOLDER).as_posix(): path.read_bytes()
        for path in sorted(FOLDER.rglob("*"))
        if path.is_file() and path.suffix != ".css"
    }
    found["app.css"] = squeezed("\n".join((FOLDER / "css" / f"{sheet}.css").read_text() for sheet in SHEETS)).encode()
    found |= {name: unindented(body.decode()).encode() for name, body in found.items() if name.startswith("js/")}
    found["sprite.svg"] = build_sprite()
    found["htmx.js"] = (_static_of("django_htmx") / "django_htmx" / HTMX).read_bytes()
    swagger = _static_of("drf_spectacular_sidecar") / "drf_spectacular_sidecar" / "swagger-ui-dist"
    found |= {f"reference/{name}": (swagger / name).read_bytes() for name in SWAGGER}
    digest = hashlib.sha256()
    for name, body in sorted(found.items()):
        digest.update(name.encode() + b"\0" + hashlib.sha256(body).digest())
    return Assets(digest.hexdigest()[:12], {name: _asset(name, body) for name, body in found.items()})


def squeezed(css: str) -> str:
    """The style sheet without comments and what means nothing, and with the lengths (`--s1`, `--t12`, `--r3`) written out."""
    css = re.sub(r"\s+", " ", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))
    css = re.sub(r"\s*([{};,>])\s*", r"\1", css).replace(": ", ":").replace(";}", "}")
    css = re.sub(r"(?<![\d.])0\.(?=\d)", ".", css)
    lengths = dict(re.findall(r"(--[str]\d+):([^;}]+)", css))
    return re.sub(r"var\((--[str]\d+)\)", lambda used: lengths[used[1]], css)


def unindented(script: str) -> str:
    """The script without indentation, empty lines and lines that are comments: its lines stay, and so does what they say."""
    lines = (line.strip() for line in script.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def _static_of(name: str) -> Path:
    # found, not imported: the packages would import Django, of which only their files are of use here
    package = find_spec(name)
    assert package is not None and package.origin is not None
    return Path(package.origin).parent / "static"


def _asset(name: str, body: bytes) -> Asset:
    kind = "application/manifest+json" if name.endswith(".webmanifest") else guess_type(name)[0]
    text = name.endswith(_COMPRESSIBLE)
    packed = gzip.compress(body, 6, mtime=0) if text else None
    media_type = f"{kind or 'application/octet-stream'}{'; charset=utf-8' if text else ''}"
    return Asset(media_type, body, packed if packed and len(packed) < len(body) else None)


@get("/static/{version:str}/{name:path}", right=Right.PUBLIC, include_in_schema=False, sync_to_thread=False)
def get_asset(request: WebRequest, version: str, name: str) -> Response[bytes]:
    """A static file. A version that is not the present one gets the present file, but may not be kept."""
    assets = load_assets()
    asset = assets.files.get(name.lstrip("/"))
    if asset is None:
        raise NotFound("web.no_such_file", "There is no such file.")
    current = version == assets.version
    headers = {"Cache-Control": "public, max-age=31536000, immutable" if current else "no-cache"}
    return _answer(request, asset, headers)


@get("/manifest.webmanifest", right=Right.PUBLIC, include_in_schema=False, sync_to_thread=False)
def get_manifest(request: WebRequest) -> Response[bytes]:
    """What a browser needs to put the app on a home screen."""
    return _answer(request, load_assets().files["manifest.webmanifest"], {"Cache-Control": "public, max-age=3600"})


@get("/service-worker.js", right=Right.PUBLIC, include_in_schema=False, sync_to_thread=False)
def get_service_worker(request: WebRequest) -> Response[bytes]:
    """What shows push messages; at the root, because that is what it is responsible for, and asked for anew each time."""
    return _answer(request, load_assets().files["service-worker.js"], {"Cache-Control": "no-cache"})


@get("/favicon.ico", right=Right.PUBLIC, include_in_schema=False, sync_to_thread=False)
def get_favicon(request: WebRequest) -> Response[bytes]:
    """The icon for clients that ask by its old name."""
    return _answer(request, load_assets().files["icons/icon.svg"], {"Cache-Control": "public, max-age=3600"})


def _answer(request: WebRequest, asset: Asset, headers: dict[str, str]) -> Response[bytes]:
    body = asset.body
    if asset.packed is not None:
        headers["Vary"] = "Accept-Encoding"
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            body = asset.packed
    return Response(body, media_type=asset.media_type, headers=headers)


router = Router("/", route_handlers=[get_asset, get_manifest, get_service_worker, get_favicon])
