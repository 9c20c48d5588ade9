"""What happens to a ticket next if nobody does anything, in one sentence for its agent."""

from datetime import timedelta

from api.tickets.wire import ClockState, Ticket
from api.web.formats import Formats
from api.web.words import N_

_LEADS_TO = {
    "first_response": N_("Answer the customer by %(time)s, or the first response is late."),
    "next_response": N_("Answer the customer by %(time)s, or the response is late."),
    "periodic_update": N_("Tell the customer how it stands by %(time)s."),
    "resolution": N_("Solve it by %(time)s, or the resolution is late."),
}
_ESCALATES = N_("It is escalated by itself: %(time)s.")


def next_step(ticket: Ticket, auto_close_after_seconds: int, f: Formats) -> str:
    """What comes first: its return, its closing, an agent, the next deadline; empty when nothing does."""
    _ = f._
    if ticket.status == "closed":
        return ""
    if ticket.status == "resolved" and ticket.resolved_at:
        closes_at = ticket.resolved_at + timedelta(seconds=auto_close_after_seconds)
        return _("It closes by itself on %(day)s, unless the customer comes back.", day=f.day(closes_at))
    if ticket.snoozed_until and ticket.snoozed_until > f.now:
        return _("Back in the queue: %(time)s, or when the customer answers.", time=f.by(ticket.snoozed_until))
    if ticket.status == "pending":
        return _("It waits for the customer; the clocks that pause stand still.")
    if ticket.assigned_agent is None:
        return _("It waits for an agent: the routing tries again each minute.")
    clock = _next_clock(ticket, f)
    if clock is None or clock.due_at is None:
        return _("Nothing happens by itself.")
    return _(_LEADS_TO.get(clock.target, _ESCALATES), time=f.by(clock.due_at))


def _next_clock(ticket: Ticket, f: Formats) -> ClockState | None:
    ahead = [clock for clock in ticket.clocks if not clock.met_at and clock.due_at and clock.due_at > f.now]
    return min(ahead, key=lambda clock: clock.due_at or f.now, default=None)
