"""Which status may follow which, and what a move does to the ticket's instants."""

from datetime import datetime, timedelta

from api.actor import Actor

ALLOWED: dict[str, tuple[str, ...]] = {
    "open": ("assigned", "in_progress", "pending", "escalated", "resolved", "closed"),
    "assigned": ("open", "in_progress", "pending", "escalated", "resolved", "closed"),
    "in_progress": ("assigned", "pending", "escalated", "resolved", "closed"),
    "pending": ("in_progress", "assigned", "escalated", "resolved", "closed"),
    "escalated": ("assigned", "in_progress", "pending", "resolved", "closed"),
    "resolved": ("in_progress", "closed"),
    "closed": ("in_progress",),
}
DONE = ("resolved", "closed")


def is_active(status: str) -> bool:
    """Neither resolved nor closed: what counts as an agent's load and as backlog."""
    return status not in DONE


def is_reopen(old: str, new: str) -> bool:
    return not is_active(old) and is_active(new)


def status_when_assigned(status: str, *, is_assigned: bool) -> str:
    """What an assignment makes of the status by itself: `open` becomes `assigned`, and back when nobody has it."""
    if is_assigned and status == "open":
        return "assigned"
    return "open" if not is_assigned and status == "assigned" else status


def reopen_until(closed_at: datetime, window_seconds: int) -> datetime:
    """Last instant at which a closed ticket may be reopened."""
    return closed_at + timedelta(seconds=window_seconds)


def allowed_moves(status: str, closed_at: datetime | None, window_seconds: int, now: datetime) -> tuple[str, ...]:
    """What may follow `status` at `now`; nothing follows `closed` once the reopen window is over."""
    if status == "closed" and closed_at is not None and now > reopen_until(closed_at, window_seconds):
        return ()
    return ALLOWED[status]


def moves_of(actor: Actor, allowed: tuple[str, ...], status: str) -> tuple[str, ...]:
    """The part of `allowed` that the actor may make: a customer may say it is solved, or that it is not."""
    if actor.is_staff or actor.kind == "system":
        return allowed
    wanted = "resolved" if is_active(status) else "in_progress"
    return tuple(move for move in allowed if move == wanted)
