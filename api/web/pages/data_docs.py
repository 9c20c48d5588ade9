"""What the data mean: dbt's own page about the warehouse, for staff.

It is one file with its scripts in it, which also make functions of text; so it may run scripts, and, being in a sandbox
without an origin, reach neither the session nor the API.
"""

from anyio import Path
from litestar import Router, get
from litestar.datastructures import State
from litestar.response import File

from api.actor import Right
from api.errors import NotFound

CSP = (
    "sandbox allow-scripts allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    "script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@get("/", right=Right.ANALYTICS_READ, include_in_schema=False)
async def data_docs(state: State) -> File:
    """The page as the last build of the warehouse wrote it."""
    page = state.settings.data_docs
    if not await Path(page).exists():
        raise NotFound("data_docs.none", "This page is written with the warehouse: `redress warehouse build`.")
    headers = {"Content-Security-Policy": CSP, "Content-Encoding": "gzip", "Cache-Control": "private, max-age=60"}
    return File(page, media_type="text/html; charset=utf-8", content_disposition_type="inline", headers=headers)


router = Router("/docs/data", route_handlers=[data_docs])
