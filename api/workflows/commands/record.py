"""Write down what workflows did: one statement for all executions of a batch."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from api.events.catalogue import Event
from api.events.tx import Tx
from api.workflows.queries.active import ActiveWorkflow
from api.workflows.wire import ActionResult, RunOutcome


class Run(NamedTuple):
    """A workflow that acts on the ticket of an event; what came of its actions so far."""

    workflow: ActiveWorkflow
    event: Event
    results: list[ActionResult]

    @property
    def ticket_id(self) -> int:
        return self.event.ticket_id or 0


async def record(tx: Tx, runs: Sequence[Run], depth: int, *, outcome: RunOutcome | None = None) -> None:
    """Keep the runs, in order; without an `outcome` each has that of its actions."""
    if not runs:
        return
    await tx.send(
        """
        insert into workflow_runs (workflow_id, workflow_version, ticket_id, event_id, depth, outcome, results, created_at)
        select r.workflow_id, r.version, r.ticket_id, r.event_id, %(depth)s, r.outcome, r.results, %(now)s
        from unnest(%(workflow_id)s::bigint[], %(version)s::int[], %(ticket_id)s::bigint[], %(event_id)s::bigint[],
                    %(outcome)s::text[], %(results)s::jsonb[])
             with ordinality as r (workflow_id, version, ticket_id, event_id, outcome, results, n)
        order by r.n
        """,
        {
            "workflow_id": [run.workflow.id for run in runs],
            "version": [run.workflow.version for run in runs],
            "ticket_id": [run.ticket_id for run in runs],
            "event_id": [run.event.id for run in runs],
            "outcome": [outcome or _outcome(run.results) for run in runs],
            "results": [msgspec.json.encode(run.results).decode() for run in runs],
            "depth": depth,
            "now": tx.now,
        },
    )


def _outcome(results: Sequence[ActionResult]) -> RunOutcome:
    return "failed" if any(result.outcome == "failed" for result in results) else "done"
