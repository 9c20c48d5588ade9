"""`/health/live` and `/health/ready`: is the process there, and can it do its work?"""

from typing import Any

import psycopg
from litestar import Response, Router, get
from litestar.datastructures import State
from redis.exceptions import RedisError

from api.actor import SYSTEM, Right
from api.db import Database

Status = dict[str, str]


@get("/live", right=Right.PUBLIC, operation_id="get_liveness", summary="Is the process there?")
async def get_liveness() -> Status:
    """Always `ok` while the process answers."""
    return {"status": "ok"}


@get("/ready", right=Right.PUBLIC, operation_id="get_readiness", summary="Can it do its work?")
async def get_readiness(state: State) -> Response[Status]:
    """`ok`; `degraded` without Redis, when tickets still work; 503 `away` without the database or its schema."""
    database = await _database(state.db, state.clock())
    redis = await _redis(state.redis)
    status = "away" if database != "ok" else "ok" if redis == "ok" else "degraded"
    body = {"status": status, "database": database, "redis": redis}
    return Response(body, status_code=503 if status == "away" else 200)


async def _database(db: Database, at: Any) -> str:
    try:
        async with db.open_read(SYSTEM, at) as read:
            found = await read.value("select version_num from alembic_version")
    except psycopg.errors.UndefinedTable:
        return "not migrated"
    except psycopg.Error:
        return "away"
    return "ok" if found else "not migrated"


async def _redis(redis: Any) -> str:
    try:
        await redis.ping()
    except (RedisError, OSError):
        return "away"
    return "ok"


router = Router("/health", tags=["Health"], route_handlers=[get_liveness, get_readiness])
