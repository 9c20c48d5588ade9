"""Let workflows act on a batch of events: worked out ticket by ticket in memory, written for all of them together.

A batch costs the same statements whether one ticket or five hundred are in it: a read of the tickets, a write of comments,
of fields, of messages and of runs, and one append of all events. Only an escalation, which is a command of its own, comes
in between.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

import msgspec
from msgspec import UNSET

from api import log
from api.conversation.commands import write_comments
from api.conversation.wire import NewComment
from api.deliveries.commands import NewDelivery, enqueue
from api.events.catalogue import Event, WorkflowFired, WorkflowStopped
from api.events.fields import EscalationDetails, TicketFields
from api.events.tx import Tx
from api.installation.queries import get_settings
from api.installation.rules import InstallationSettings
from api.notifications.commands.written import Message, tell
from api.sla.commands.known import forget
from api.tickets.commands.escalate import escalate_all
from api.tickets.commands.write import write_fields
from api.workflows.commands.chain import Link, is_own_change, next_link
from api.workflows.commands.held import hold, let_go
from api.workflows.commands.record import Run, record
from api.workflows.commands.step import ACTOR, Step, Surroundings, step
from api.workflows.queries.active import ActiveWorkflow
from api.workflows.queries.facts import TicketState, facts_of, known_names
from api.workflows.rules.actions import (
    Action,
    AddComment,
    EscalateTicket,
    SendEmail,
    SendNotification,
    TriggerWebhook,
    UpdateTicket,
    named,
    type_of,
)
from api.workflows.rules.conditions import matches
from api.workflows.wire import ActionResult

TRIGGERED = "workflow.triggered"
_log = log.get("workflows")


class Call(NamedTuple):
    """A workflow and the events that may fire it, in the log's order."""

    workflow: ActiveWorkflow
    events: list[Event]


async def act(tx: Tx, workflows: Iterable[ActiveWorkflow], events: Mapping[str, Sequence[Event]]) -> None:
    """Let each workflow act on the events (by trigger) that are not its own doing and on which its conditions hold.

    Raises nothing for what a workflow causes: it is undone, and recorded as that workflow's failure. Then each acts by
    itself, so that the others are not kept from it.
    """
    calls = [Call(each, _others(tx, each, events[each.trigger])) for each in workflows]
    calls = [call for call in calls if call.events]
    if not calls:
        return
    with tx.acting_as(ACTOR), next_link(tx) as link:
        # most of the time nothing holds, which costs no savepoint; before the first that does, nothing changes
        batch = await _Batch.of(tx, link, calls)
        first = next((n for n, call in enumerate(calls) if batch.fired(call)), len(calls))
        calls = calls[first:]
        if calls and not await _attempt(tx, calls, link) and len(calls) > 1:
            for call in calls:
                await _attempt(tx, [call], link)


def _others(tx: Tx, workflow: ActiveWorkflow, events: Sequence[Event]) -> list[Event]:
    return [
        event
        for event in events
        if not is_own_change(tx, workflow.id, event)
        and (not isinstance(event, WorkflowFired) or event.entity_id == workflow.id)
    ]


async def _attempt(tx: Tx, calls: list[Call], link: Link) -> bool:
    """Whether it worked; the failure of a single call is recorded."""
    try:
        with link.attempt():
            async with tx.attempt():
                await (await _Batch.of(tx, link, calls)).carry_out(calls)
    except Exception as error:
        forget(tx)
        let_go(tx)
        _log.warning(
            "failed", workflow_ids=[call.workflow.id for call in calls], error=type(error).__name__, detail=str(error)
        )
        if len(calls) == 1:
            await _record_failure(tx, link, calls[0], error)
        return False
    return True


async def _record_failure(tx: Tx, link: Link, call: Call, error: Exception) -> None:
    """Where not even that can be written, the log line above is the record."""
    with suppress(Exception):
        async with tx.attempt():
            await (await _Batch.of(tx, link, [call])).record_failure(call, error)


class _Batch:
    """The tickets of a batch as the workflows that have acted so far leave them, and what is still to be written."""

    def __init__(self, tx: Tx, link: Link, tickets: dict[int, TicketState]) -> None:
        self.tx, self.link, self.tickets = tx, link, tickets
        self.around: Surroundings | None = None
        self.runs: list[Run] = []
        self.written: dict[int, dict[str, Any]] = {}
        self.events: list[Event | int] = []
        """Events in order; a number stands for a comment that gets its id when it is written."""
        self.comments: list[tuple[int, NewComment, int]] = []
        self.messages: list[Message] = []
        self.webhooks: list[NewDelivery] = []

    @classmethod
    async def of(cls, tx: Tx, link: Link, calls: list[Call]) -> "_Batch":
        """With the tickets of all these events."""
        return cls(tx, link, await hold(tx, {event.ticket_id or 0 for call in calls for event in call.events}))

    async def carry_out(self, calls: list[Call]) -> None:
        for call in calls:
            counted = [(run, self.link.enter(call.workflow.id, run.ticket_id)) for run in self.fired(call)]
            await self._stop(call.workflow, [run for run, count in counted if count == "stops"])
            fired = [run for run, count in counted if count == "acts"]
            if not fired:
                continue
            self.around = self.around or await self._surroundings(calls)
            for number, action in enumerate(call.workflow.actions):
                await self._do(action, number, fired)
            self.runs += fired
        await self._write()
        await record(self.tx, self.runs, self.link.depth)

    async def record_failure(self, call: Call, error: Exception) -> None:
        """Nothing was done: each ticket it would have acted on says so."""
        fired = self.fired(call)
        for run in fired:
            run.results.append(
                ActionResult(type="workflow", outcome="failed", code="workflow.failed", detail=type(error).__name__)
            )
        await record(self.tx, fired, self.link.depth)

    def fired(self, call: Call) -> list[Run]:
        """On each ticket once, for the first event on which the conditions hold."""
        fired: dict[int, Run] = {}
        for event in call.events:
            ticket = self.tickets.get(event.ticket_id or 0)
            if ticket is None or ticket.id in fired:
                continue
            if matches(call.workflow.conditions, facts_of(ticket, self.tx.now, event)):
                fired[ticket.id] = Run(call.workflow, event, [])
        return list(fired.values())

    async def _surroundings(self, calls: list[Call]) -> Surroundings:
        actions = [action for call in calls for action in call.workflow.actions]
        moves = any(isinstance(action, UpdateTicket) and action.status is not UNSET for action in actions)
        settings = await get_settings(self.tx) if moves else InstallationSettings()
        return Surroundings(known=await known_names(self.tx, named(actions)), settings=settings, now=self.tx.now)

    async def _do(self, action: Action, number: int, fired: list[Run]) -> None:
        assert self.around is not None
        escalated: dict[int, EscalationDetails] = {}
        for run in fired:
            made = step(action, self.tickets[run.ticket_id], self.around)
            run.results.append(made.result)
            if made.result.outcome != "done":
                continue
            if isinstance(action, EscalateTicket):
                escalated[run.ticket_id] = EscalationDetails(how="requested", reason=action.reason)
            else:
                self._keep(action, number, run, made)
        if escalated and isinstance(action, EscalateTicket):
            await self._write()
            await escalate_all(self.tx, escalated, escalate_to=action.escalate_to)
            self.tickets = await hold(self.tx, self.tickets)

    def _keep(self, action: Action, number: int, run: Run, made: Step) -> None:
        workflow_id, ticket_id = run.workflow.id, run.ticket_id
        self.tickets[ticket_id] = made.ticket
        self.events += [msgspec.structs.replace(event, workflow_id=workflow_id) for event in made.events]
        if made.written:
            self.written.setdefault(ticket_id, {}).update(made.written)
        key = f"workflow:{workflow_id}:{run.event.id}:{number}"
        match action:
            case AddComment(is_internal=is_internal):
                self.events.append(len(self.comments))
                said = NewComment(comment=made.words[0], is_internal=is_internal)
                self.comments.append((ticket_id, said, workflow_id))
            case SendEmail() | SendNotification():
                self.messages.append(
                    Message(
                        ticket_id=ticket_id,
                        event_id=run.event.id or 0,
                        recipients=action.to,
                        user_ids=action.user_ids,
                        subject=made.words[0] if isinstance(action, SendEmail) else None,
                        text=made.words[-1],
                        key=key,
                    )
                )
            case TriggerWebhook(webhook_id=webhook_id):
                self.webhooks.append(_call(self.tx, webhook_id, run, made.ticket, key))
            case _:
                pass

    async def _write(self) -> None:
        """Write what is kept, and let it have its consequences."""
        written = {ticket_id: msgspec.convert(new, TicketFields) for ticket_id, new in self.written.items()}
        comments, events = self.comments, self.events
        messages, webhooks = self.messages, self.webhooks
        self.written, self.comments, self.events, self.messages, self.webhooks = {}, [], [], [], []
        await write_fields(self.tx, written)
        said = await write_comments(self.tx, [(ticket_id, comment) for ticket_id, comment, _ in comments])
        told = [
            msgspec.structs.replace(event, workflow_id=workflow_id)
            for event, (_, _, workflow_id) in zip(said, comments, strict=True)
        ]
        await tell(self.tx, messages)
        await enqueue(self.tx, webhooks)
        await self.tx.append(*(told[event] if isinstance(event, int) else event for event in events))

    async def _stop(self, workflow: ActiveWorkflow, fired: list[Run]) -> None:
        for run in fired:
            run.results.extend(
                ActionResult(type=type_of(action), outcome="failed", code="workflow.chain_too_long")
                for action in workflow.actions
            )
        await record(self.tx, fired, self.link.depth, outcome="stopped")
        self.events += [
            WorkflowStopped(
                entity_id=workflow.id, ticket_id=run.ticket_id, new={"depth": self.link.depth, "event_id": run.event.id}
            )
            for run in fired
        ]


def _call(tx: Tx, webhook_id: int, run: Run, ticket: TicketState, key: str) -> NewDelivery:
    told = ("id", "number", "status", "priority", "customer_id", "assigned_agent_id", "team_id", "category_id")
    data = {
        "workflow_id": run.workflow.id,
        "event_id": run.event.id,
        "ticket": {name: getattr(ticket, name) for name in told},
    }
    return NewDelivery(
        channel="webhook",
        kind=TRIGGERED,
        event_id=run.event.id,
        ticket_id=ticket.id,
        webhook_id=webhook_id,
        payload={"type": TRIGGERED, "timestamp": tx.now.isoformat(), "data": data},
        dedupe_key=key,
    )
