"""`/api/analytics`: where we stand, what waits, what broke, who does what, and how it moves."""

from datetime import datetime, timedelta
from typing import Annotated

from litestar import Router, get
from litestar.params import Parameter

from api.actor import Right
from api.analytics.queries import get_backlog as read_backlog
from api.analytics.queries import get_dashboard as read_dashboard
from api.analytics.queries import list_agent_productivity as read_agents
from api.analytics.queries import list_breaches as read_breaches
from api.analytics.queries import list_trends as read_trends
from api.analytics.wire import AgentProductivity, Backlog, BreachPage, Dashboard, Trends
from api.db import Read

Days = Annotated[int, Parameter(ge=1, le=366, description="Length of the period up to now, in days")]


@get("/dashboard", right=Right.ANALYTICS_READ, operation_id="get_dashboard", summary="Where we stand")
async def get_dashboard(read: Read, days: Days = 30) -> Dashboard:
    """Active, breached and at risk now; created and resolved today and in the period; medians and compliance."""
    return await read_dashboard(read, days=days)


@get("/backlog", right=Right.ANALYTICS_READ, operation_id="get_backlog", summary="What waits")
async def get_backlog(read: Read) -> Backlog:
    """Active tickets by status, priority, team and age, and the oldest of them."""
    return await read_backlog(read)


@get("/sla-breaches", right=Right.ANALYTICS_READ, operation_id="list_sla_breaches", summary="What broke")
async def list_sla_breaches(
    read: Read,
    since: datetime | None = None,
    until: datetime | None = None,
    days: Days = 30,
    page: int = 1,
    limit: int = 50,
) -> BreachPage:
    """Breached clocks by the instant of breach, newest first; `since` and `until` or the last `days`."""
    end = until or read.now
    return await read_breaches(read, since=since or end - timedelta(days=days), until=end, page=page, limit=limit)


@get("/agent-productivity", right=Right.ANALYTICS_READ, operation_id="list_agent_productivity", summary="Who does what")
async def list_agent_productivity(read: Read, days: Days = 30) -> AgentProductivity:
    """Volume, speed and kept promises per agent."""
    return await read_agents(read, days=days)


@get("/trends", right=Right.ANALYTICS_READ, operation_id="list_trends", summary="How it moves")
async def list_trends(read: Read, days: Days = 30) -> Trends:
    """Created, resolved and breached per local day."""
    return await read_trends(read, days=days)


router = Router(
    "/api/analytics",
    tags=["Analytics"],
    route_handlers=[get_dashboard, get_backlog, list_sla_breaches, list_agent_productivity, list_trends],
)
