"""One clock: a target of a ticket, running, paused, met or breached. Every transition is a function of clock and instant.

A clock counts business time in stretches. `elapsed_seconds` is what the finished stretches used; a running clock has
`resumed_at`, a paused one `paused_at`, a met one neither. `due_at` is when the target is used up if it runs on, and
`at_risk_at` when less than the installation's share of it is left. Who has nothing left when a stretch begins is due at
that very instant.
"""

from datetime import datetime
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from api.sla.rules.business_time import add_business_seconds, business_seconds
from api.sla.rules.calendar import CalendarVersion

AT_RISK_SHARE = 0.2

State = Literal["breached", "met", "paused", "at_risk", "running"]


class Clock(Struct, frozen=True, kw_only=True):
    """A row of `sla_clocks`.

    `due_at` stays once a clock is met (the deadline it kept) or breached (then it equals `breached_at`), and is null
    while it is paused. `at_risk_at` is null unless the clock runs and is neither met nor breached. `warned_at` belongs
    to the sweep: no fact sets it, and a new promise clears it. `met_at` is when the goal was reached, in time or not.
    """

    ticket_id: int
    target: str
    cycle: int
    policy_version_id: int
    calendar_version_id: int | None
    target_seconds: int
    started_at: datetime
    resumed_at: datetime | None = None
    paused_at: datetime | None = None
    elapsed_seconds: int = 0
    due_at: datetime | None = None
    at_risk_at: datetime | None = None
    met_at: datetime | None = None
    breached_at: datetime | None = None
    warned_at: datetime | None = None


def state_at(clock: Clock, at: datetime) -> State:
    """The clock's state at an instant not before the last fact it knows."""
    clock = settle(clock, at)
    if clock.breached_at:
        return "breached"
    if clock.met_at:
        return "met"
    if clock.paused_at:
        return "paused"
    return "at_risk" if clock.at_risk_at and at > clock.at_risk_at else "running"


def settle(clock: Clock, at: datetime) -> Clock:
    """The clock as it stands at `at`: breached at its due instant, if that has passed. Settling twice changes nothing."""
    is_open = clock.met_at is None and clock.breached_at is None and clock.due_at is not None
    if is_open and clock.due_at is not None and clock.due_at < at:
        return replace(clock, breached_at=clock.due_at, at_risk_at=None)
    return clock


def elapsed_at(clock: Clock, calendar: CalendarVersion | None, at: datetime) -> int:
    """Business seconds used up to `at`."""
    if clock.resumed_at is None:
        return clock.elapsed_seconds
    return clock.elapsed_seconds + business_seconds(calendar, clock.resumed_at, at)


def resume(clock: Clock, calendar: CalendarVersion | None, at: datetime, at_risk_share: float = AT_RISK_SHARE) -> Clock:
    """Begin a stretch. `clock` is paused, new, or met and reopened."""
    clock = replace(clock, resumed_at=at, paused_at=None, met_at=None)
    return clock if clock.breached_at else _promised(clock, calendar, at, at_risk_share)


def pause(clock: Clock, calendar: CalendarVersion | None, at: datetime) -> Clock:
    """End the stretch. A breach stays due when it was."""
    clock = replace(
        clock, elapsed_seconds=elapsed_at(clock, calendar, at), resumed_at=None, paused_at=at, at_risk_at=None
    )
    return clock if clock.breached_at else replace(clock, due_at=None)


def meet(clock: Clock, calendar: CalendarVersion | None, at: datetime) -> Clock:
    """The goal is reached. A paused clock gets the deadline that it would have had, had it run on from here."""
    if clock.paused_at and not clock.breached_at:
        clock = replace(clock, due_at=_after(calendar, at, clock.target_seconds - clock.elapsed_seconds))
    return replace(
        clock,
        elapsed_seconds=elapsed_at(clock, calendar, at),
        resumed_at=None,
        paused_at=None,
        at_risk_at=None,
        met_at=at,
    )


def rebase(
    clock: Clock,
    used: CalendarVersion | None,
    *,
    policy_version_id: int,
    target_seconds: int | None,
    calendar: CalendarVersion | None,
    at: datetime,
    at_risk_share: float = AT_RISK_SHARE,
) -> Clock:
    """Put an open clock under another promise. The time used so far, counted by the calendar `used`, counts.

    `target_seconds` None: the policy has no such target; the clock keeps its old one, and whoever calls pauses it.
    """
    clock = replace(
        clock,
        elapsed_seconds=elapsed_at(clock, used, at),
        policy_version_id=policy_version_id,
        calendar_version_id=calendar.id if calendar else None,
        target_seconds=clock.target_seconds if target_seconds is None else target_seconds,
        warned_at=None,
    )
    return clock if clock.resumed_at is None else _promised(replace(clock, resumed_at=at), calendar, at, at_risk_share)


def safe_seconds(target_seconds: int, at_risk_share: float) -> int:
    """Business seconds of a target after which its clock is at risk."""
    return target_seconds - int(target_seconds * at_risk_share)


def _promised(clock: Clock, calendar: CalendarVersion | None, at: datetime, at_risk_share: float) -> Clock:
    safe = safe_seconds(clock.target_seconds, at_risk_share)
    return replace(
        clock,
        due_at=_after(calendar, at, clock.target_seconds - clock.elapsed_seconds),
        at_risk_at=_after(calendar, at, safe - clock.elapsed_seconds),
    )


def _after(calendar: CalendarVersion | None, at: datetime, seconds: int) -> datetime:
    return add_business_seconds(calendar, at, max(seconds, 0))
