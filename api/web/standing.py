"""Where a complaint stands, in sentences a customer can use: what happens next, and by when."""

from datetime import timedelta

from api.installation.rules import InstallationSettings
from api.tickets.wire import ClockState, Ticket
from api.web.formats import Formats

_TOLD = ("first_response", "next_response", "resolution")


def promises(ticket: Ticket) -> list[ClockState]:
    """The promises a customer is told of: the latest of each kind; what was answered long ago is not repeated."""
    latest = {clock.target: clock for clock in ticket.clocks if clock.target in _TOLD}
    if "next_response" in latest:
        latest.pop("first_response", None)
    return [latest[target] for target in _TOLD if target in latest]


def next_promise(ticket: Ticket, f: Formats) -> ClockState | None:
    """The next promise that can still be kept."""
    open_clocks = [c for c in promises(ticket) if c.due_at and not c.met_at and c.due_at > f.now]
    return min(open_clocks, key=lambda clock: clock.due_at or f.now, default=None)


def sentence(ticket: Ticket, f: Formats, settings: InstallationSettings) -> str:
    """What happens next, and by when."""
    _ = f._
    match ticket.status:
        case "pending":
            return _("Please answer below. As soon as you do, we go on with it.")
        case "resolved":
            day = f.day((ticket.resolved_at or f.now) + timedelta(seconds=settings.auto_close_after_seconds))
            return _(
                "If it is not, open it again and tell us what is missing. Otherwise we close it on %(day)s.", day=day
            )
        case "closed":
            if ticket.reopen_until and ticket.allowed_moves:
                return _("You can open it again until %(day)s.", day=f.day(ticket.reopen_until))
            return _("It was closed too long ago to be opened again. If it is back, send a new complaint.")
        case _:
            return _next_step(ticket, f)


def _next_step(ticket: Ticket, f: Formats) -> str:
    _ = f._
    late = any(c.target != "resolution" and not c.met_at and c.due_at and c.due_at <= f.now for c in promises(ticket))
    clock = next_promise(ticket, f)
    if late:
        return _("Our answer is late. We are sorry, and we are on it.")
    if clock and clock.due_at:
        if clock.target == "resolution":
            return _("We want to have it solved by %(time)s.", time=f.by(clock.due_at))
        return _("You will hear from us by %(time)s.", time=f.by(clock.due_at))
    if ticket.is_sla_breached:
        return _("This takes longer than we promised. We are sorry, and we are on it.")
    return _("You will hear from us as soon as there is news.")
