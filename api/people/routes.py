"""`/api/categories`: what complaints can be about."""

from litestar import Router

router = Router("/api", tags=["People"], route_handlers=[])
