"""What happened to a ticket, as sentences: the log's events in the reader's language, merged with the conversation."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from api.attachments.wire import Attachment
from api.conversation.wire import Comment
from api.tickets.wire import Ticket, TimelineEntry
from api.web import words
from api.web.language import Translate
from api.web.words import N_

FOLD_AFTER = 3
"""Events in a row that are shown; earlier ones of the run are folded away."""


class Step(msgspec.Struct, frozen=True):
    """One event in words."""

    id: int
    at: datetime
    icon: str
    text: str


class Item(msgspec.Struct, frozen=True):
    """A place in the thread: a comment, or a run of events between two comments of which `folded` come first."""

    comment: Comment | None = None
    folded: list[Step] = []
    steps: list[Step] = []


def files_by_comment(ticket: Ticket) -> dict[int | None, list[Attachment]]:
    """Files by the comment they came with; those that came with the complaint, or later by themselves, under None."""
    shown = {comment.id for comment in ticket.comments}
    files: dict[int | None, list[Attachment]] = {}
    for file in ticket.attachments:
        files.setdefault(file.comment_id if file.comment_id in shown else None, []).append(file)
    return files


def customer_steps(ticket: Ticket, _: Translate) -> list[Step]:
    """The ticket's course as its customer reads it, oldest first."""
    steps: list[Step] = []
    first = words.STANDING["open"]
    for entry in ticket.timeline:
        status = (entry.new or {}).get("status")
        if entry.action == "ticket.created":
            steps.append(Step(entry.id, entry.occurred_at, "mail", _(first)))
        elif status in words.STANDING and not (steps and steps[-1].text == _(words.STANDING[status])):
            steps.append(Step(entry.id, entry.occurred_at, words.STATUS[status].icon, _(words.STANDING[status])))
    return steps


def thread(ticket: Ticket, names: dict[int, str], _: Translate) -> list[Item]:
    """Comments and events in the order they happened, for staff. `names` are agents' names by id."""
    moments: list[tuple[datetime, int, Comment | Step]] = [(c.created_at, 0, c) for c in ticket.comments]
    moments += [(step.at, 1, step) for step in _steps(ticket.timeline, names, _)]
    items: list[Item] = []
    run: list[Step] = []
    for _at, _rank, what in sorted(moments, key=lambda moment: moment[:2]):
        if isinstance(what, Step):
            run.append(what)
        else:
            items += [_folded(run)] if run else []
            items.append(Item(comment=what))
            run = []
    return [*items, _folded(run)] if run else items


def _folded(run: list[Step]) -> Item:
    cut = len(run) - FOLD_AFTER if len(run) > FOLD_AFTER + 1 else 0
    return Item(folded=run[:cut], steps=run[cut:])


def _steps(entries: Iterable[TimelineEntry], names: dict[int, str], _: Translate) -> list[Step]:
    return [
        Step(entry.id, entry.occurred_at, icon, text)
        for entry in entries
        if (icon := _ICONS.get(entry.action)) and (text := _sentence(entry, names, _))
    ]


_ICONS = {
    "ticket.created": "mail",
    "ticket.assigned": "user",
    "ticket.status_changed": "circle-dot",
    "ticket.priority_changed": "flag",
    "ticket.updated": "pen-line",
    "ticket.escalated": "siren",
    "ticket.routing_failed": "user-x",
    "sla.applied": "timer",
    "sla.at_risk": "hourglass",
    "sla.breached": "triangle-alert",
}
_FIELDS = {
    "subject_sha256": N_("subject"),
    "description_sha256": N_("description"),
    "category_id": N_("subject area"),
    "skill_id": N_("skill"),
    "team_id": N_("team"),
    "tags": N_("tags"),
    "custom_attributes": N_("attributes"),
}
_NOBODY = N_("No agent was chosen.")
_NOBODY_BECAUSE = {
    "no_agent_with_skill": N_("No agent was chosen: nobody in question has the skill."),
    "no_agent_in_team": N_("No agent was chosen: the team has nobody."),
    "nobody_available": N_("No agent was chosen: nobody is available."),
    "all_at_capacity": N_("No agent was chosen: all are at capacity."),
}


def _sentence(entry: TimelineEntry, names: dict[int, str], _: Translate) -> str:
    new, old = entry.new or {}, entry.old or {}
    who = entry.actor.name if entry.actor else "Redress"
    match entry.action:
        case "ticket.created":
            return _("%(who)s opened the ticket", who=who)
        case "ticket.assigned":
            return _assigned(who, new, names, _)
        case "ticket.status_changed":
            before, after = _label(words.STATUS, old.get("status"), _), _label(words.STATUS, new.get("status"), _)
            return _("%(who)s changed the status from %(old)s to %(new)s", who=who, old=before, new=after)
        case "ticket.priority_changed":
            before, after = (
                _label(words.PRIORITY, old.get("priority"), _),
                _label(words.PRIORITY, new.get("priority"), _),
            )
            return _("%(who)s changed the priority from %(old)s to %(new)s", who=who, old=before, new=after)
        case "ticket.updated":
            fields = ", ".join(_(_FIELDS.get(name, name)) for name in new if name != "details")
            return _("%(who)s changed: %(fields)s", who=who, fields=fields)
        case "ticket.escalated":
            return _escalated(who, new, names, _)
        case "ticket.routing_failed":
            return _(_NOBODY_BECAUSE.get(_details(new).get("reason", ""), _NOBODY))
        case "sla.applied":
            return _("The service level was set")
        case "sla.at_risk":
            return _("At risk: %(target)s", target=_(words.TARGET.get(new.get("target", ""), "")))
        case "sla.breached":
            return _("Breached: %(target)s", target=_(words.TARGET.get(new.get("target", ""), "")))
        case _:
            return ""


def _assigned(who: str, new: dict[str, Any], names: dict[int, str], _: Translate) -> str:
    agent_id = new.get("assigned_agent_id")
    if agent_id is None:
        return _("%(who)s handed the ticket back to the queue", who=who)
    agent = names.get(agent_id, f"#{agent_id}")
    match _details(new).get("how"):
        case "routed":
            return _("Assigned to %(agent)s by the routing", agent=agent)
        case "taken":
            return _("%(agent)s took the ticket", agent=agent)
        case _:
            return _("%(who)s assigned the ticket to %(agent)s", who=who, agent=agent)


def _escalated(who: str, new: dict[str, Any], names: dict[int, str], _: Translate) -> str:
    details = _details(new)
    to = details.get("escalated_to")
    whom = names.get(to, f"#{to}") if to else None
    if details.get("how") == "overdue":
        text = _("Escalated because time ran out")
    else:
        text = _("%(who)s escalated the ticket", who=who)
    text = _("%(text)s to %(agent)s", text=text, agent=whom) if whom else text
    return f"{text}: {details['reason']}" if details.get("reason") else text


def _details(new: dict[str, Any]) -> dict[str, Any]:
    return new.get("details") or {}


def _label(table: dict[str, words.Word], value: Any, _: Translate) -> str:
    return _(table[value].label) if value in table else "?"


def history(ticket: Ticket, names: dict[int, str], actions: Sequence[str], _: Translate) -> list[Step]:
    """Events of these actions (of all when none is named) in words, newest first."""
    wanted = [entry for entry in ticket.timeline if not actions or entry.action in actions]
    return list(reversed(_steps(wanted, names, _)))


def why_assigned(ticket: Ticket, names: dict[int, str], _: Translate) -> str:
    """Why the ticket is with whom it is, or with nobody, in one sentence; empty when nothing was logged."""
    actions = ("ticket.assigned",) if ticket.assigned_agent else ("ticket.assigned", "ticket.routing_failed")
    last = next((entry for entry in reversed(ticket.timeline) if entry.action in actions), None)
    if last is None:
        return ""
    details = _details(last.new or {})
    candidates = details.get("candidates") or []
    if details.get("how") != "routed" or not candidates:
        return _sentence(last, names, _)
    best, *others = candidates
    if not others:
        return _("The routing's only candidate, with score %(score)s.", score=best["score"])
    after = names.get(others[0]["agent_id"], "#")
    return _(
        "The routing's best, with score %(score)s before %(name)s (%(other)s).",
        score=best["score"], name=after, other=others[0]["score"],
    )  # fmt: skip


def last_candidates(ticket: Ticket) -> dict[str, Any] | None:
    """The details of the routing that last chose an agent for this ticket, or None when none did."""
    return next(
        (
            details
            for entry in reversed(ticket.timeline)
            if entry.action == "ticket.assigned" and (details := _details(entry.new or {})).get("candidates")
        ),
        None,
    )
