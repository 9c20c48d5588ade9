"""`GET /metrics`, for whoever shows the token of the setting `metrics_token`; without that setting it is not there."""

import asyncio
import hmac
import os
from typing import Any

from litestar import Request, Response, Router, get
from litestar.datastructures import State
from litestar.openapi.datastructures import ResponseSpec
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from api.actor import SYSTEM, Right
from api.errors import NotFound, Unauthenticated
from api.metrics.figures import Work, get_figures, lake_written_at
from api.metrics.process import FOLDER, forget_the_dead

PLAIN = "text/plain"


@get(
    "/metrics",
    right=Right.PUBLIC,
    operation_id="get_metrics",
    summary="How everything stands, for Prometheus",
    media_type=PLAIN,
    responses={
        200: ResponseSpec(str, media_type=PLAIN, description="Prometheus' text format", generate_examples=False)
    },
)
async def get_metrics(request: Request[Any, Any, Any], state: State) -> Response[bytes]:
    """`Authorization: Bearer <REDRESS_METRICS_TOKEN>`. 404 where no token is set, 401 for another one."""
    wanted = state.settings.metrics_token
    if not wanted:
        raise NotFound("metrics.off", "REDRESS_METRICS_TOKEN is not set.")
    shown = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(shown.encode(), wanted.encode()):
        raise Unauthenticated("metrics.token", "Show the token of REDRESS_METRICS_TOKEN.")
    async with state.db.open_read(SYSTEM, state.clock()) as read:
        figures = await get_figures(read)
    published_at = await asyncio.to_thread(lake_written_at, state.settings, "_meta")
    checked_at = await asyncio.to_thread(lake_written_at, state.settings, "data_health")
    body = _processes() + _text(Work(figures, published_at, checked_at))
    return Response(body, media_type=CONTENT_TYPE_PLAIN_0_0_4)


def _processes() -> bytes:
    if FOLDER not in os.environ:
        return generate_latest(REGISTRY)
    forget_the_dead()
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    return generate_latest(registry)


def _text(work: Work) -> bytes:
    registry = CollectorRegistry()
    registry.register(work)
    return generate_latest(registry)


router = Router("/", tags=["Health"], route_handlers=[get_metrics])
