"""The API reference at `/schema`: Swagger UI, served by ourselves."""

from typing import Any

from litestar import Request
from litestar.openapi.plugins import OpenAPIRenderPlugin

from api.web.render import environment


class Reference(OpenAPIRenderPlugin):
    """A page without inline script or style, so that the strict CSP holds for it too."""

    def __init__(self) -> None:
        super().__init__(path="/swagger")

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """The page; it fetches the schema by itself."""
        return environment("en").get_template("reference.html").render().encode()
