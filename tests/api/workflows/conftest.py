"""A world with workflows in it, on real components; afterwards the log is the state."""

from collections.abc import AsyncGenerator
from typing import Any

import msgspec
import psycopg
import pytest
from psycopg.rows import dict_row

from api.db import Database
from api.sweep import sweep
from api.workflows.commands.edit import create_workflow
from api.workflows.queries.lists import list_runs
from api.workflows.wire import NewWorkflow, Workflow, WorkflowRun
from tests.acting import Acting
from tests.replay import assert_log_is_the_state
from tests.worlds import World


class Flowing(Acting):
    """Acting, and workflows."""

    def __init__(self, db: Database, world: World, url: str) -> None:
        super().__init__(db, world)
        self.url = url

    def new(self, trigger: str, *actions: dict[str, Any], conditions: Any = None, **fields: Any) -> NewWorkflow:
        """A workflow to be, as the API takes it."""
        data = {"name": f"On {trigger}", "trigger": trigger, "actions": list(actions), "is_active": True, **fields}
        if conditions is not None:
            data["conditions"] = conditions
        return msgspec.convert(data, NewWorkflow)

    async def workflow(self, trigger: str, *actions: dict[str, Any], **fields: Any) -> Workflow:
        """Have a workflow, switched on."""
        return await self.do("admin", create_workflow, self.new(trigger, *actions, **fields))

    async def runs(self, workflow: Workflow) -> list[WorkflowRun]:
        """What it did, newest first."""
        async with self.db.open_read(self.world.actor("admin"), self.world.now) as read:
            return (await list_runs(read, workflow.id)).runs

    async def swept(self, **span: float) -> dict[str, int]:
        """The sweep, so much later."""
        return (await sweep(self.db, self.world.later(**span))).done

    def rows(self, query: str, *params: object) -> list[dict[str, Any]]:
        with psycopg.connect(self.url, row_factory=dict_row) as conn:
            cursor = conn.execute(query.encode(), params)
            return cursor.fetchall() if cursor.description else []

    def told(self, ticket_id: int, kind: str = "workflow") -> list[str]:
        """What happened to a ticket on behalf of that kind of actor, in order."""
        rows = self.rows(
            "select action from audit_logs where ticket_id = %s and actor_kind = %s order by id", ticket_id, kind
        )
        return [row["action"] for row in rows]


@pytest.fixture
async def flowing(db: Database, world: World, database_url: str) -> AsyncGenerator[Flowing]:
    yield Flowing(db, world, database_url)
    assert_log_is_the_state(database_url)
