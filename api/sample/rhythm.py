"""When things happen: how many complaints an hour of the week brings, and how much work gets done in it.

Instants are seconds since 1970 in UTC, as arrays.
"""

import msgspec
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

HOUR = 3600.0
DAY = 24 * HOUR
_MONDAY_BASED = 3
"""1 January 1970 was a Thursday."""

_COMPLAINTS_BY_HOUR = np.array(
    [0.15, 0.1, 0.08, 0.07, 0.09, 0.2, 0.5, 1.0, 1.7, 2.1, 2.2, 2.0, 1.7, 1.6, 1.7, 1.7, 1.6, 1.5, 1.5, 1.6, 1.4, 1.0, 0.6, 0.3]
)  # fmt: skip
_COMPLAINTS_BY_DAY = np.array([1.3, 1.15, 1.05, 1.0, 1.0, 0.7, 0.55])
_NOISE = 0.12
_RISE = 0.25
"""So much more come in the end than in the beginning, as a share."""
_DISTURBANCES = 0.04
"""Share of the days on which something big is broken."""
RECENT = 20 * HOUR
"""Mean age of the complaints that are added so that there is work on the table at the end."""


class Line(msgspec.Struct, frozen=True):
    """Seconds of work done up to each edge; between edges it runs evenly."""

    edges: Floats
    done: Floats

    def after(self, at: Floats, work: Floats) -> Floats:
        """When so many seconds of work are done that begin at `at`. What lies past the last edge ends there."""
        return np.interp(np.interp(at, self.edges, self.done) + work, self.done, self.edges)


class Rhythm(msgspec.Struct, frozen=True, kw_only=True):
    """`complaints`: the share of all that came up to each edge. The others: how work proceeds."""

    complaints: Line
    urgent: Line
    usual: Line
    customers: Line

    def births(self, rng: np.random.Generator, count: int, begin: float, end: float) -> Floats:
        """Instants of `count` complaints, in order, out of the stretch of the whole from `begin` to `end` (shares)."""
        shares = np.sort(rng.random(count)) * (end - begin) + begin
        return np.interp(shares, self.complaints.done, self.complaints.edges)


def make_rhythm(rng: np.random.Generator, now: float, days: int, recent_share: float) -> Rhythm:
    """The rhythm of the `days` before `now`. `recent_share` of all complaints are added to the last ones."""
    begin = np.floor((now - days * DAY) / HOUR) * HOUR
    edges = np.arange(begin, now + 3 * DAY, HOUR)
    return Rhythm(
        complaints=_complaints(rng, edges, now, recent_share),
        urgent=_line(edges, day=1.0, evening=0.9, night=0.75, weekend=0.9),
        usual=_line(edges, day=1.0, evening=0.6, night=0.3, weekend=0.6),
        customers=_line(edges, day=1.0, evening=1.3, night=0.05, weekend=1.0),
    )


def shift_of(at: Floats) -> Ints:
    """0 from 6 to 14 o'clock, 1 from 14 to 22, 2 at night."""
    return (((at / HOUR) % 24 - 6) % 24 // 8).astype(np.int64)


def _complaints(rng: np.random.Generator, edges: Floats, now: float, recent_share: float) -> Line:
    edges = np.append(edges[edges < now], now)
    starts, lengths = edges[:-1], np.diff(edges) / HOUR
    day = ((starts - starts[0]) // DAY).astype(np.int64)
    by_day = rng.lognormal(0, _NOISE, day[-1] + 1)
    by_day *= np.where(rng.random(day[-1] + 1) < _DISTURBANCES, 1.8, 1.0)
    weight = _COMPLAINTS_BY_HOUR[_hour(starts)] * _COMPLAINTS_BY_DAY[_weekday(starts)] * by_day[day] * lengths
    weight *= 1 + _RISE * np.linspace(0, 1, len(starts))
    recent = np.exp((starts - now) / RECENT) * lengths
    share = (1 - recent_share) * weight / weight.sum() + recent_share * recent / recent.sum()
    return Line(edges, np.append(0.0, np.cumsum(share)))


def _line(edges: Floats, *, day: float, evening: float, night: float, weekend: float) -> Line:
    """Work at these rates: by day from 7 to 18 o'clock, evening until 22, night; at weekends all of it is multiplied."""
    hour = _hour(edges[:-1])
    rate = np.where((hour >= 7) & (hour < 18), day, np.where((hour >= 18) & (hour < 22), evening, night))
    rate = rate * np.where(_weekday(edges[:-1]) >= 5, weekend, 1.0)
    return Line(edges, np.append(0.0, np.cumsum(rate * HOUR)))


def _hour(at: Floats) -> Ints:
    return (at // HOUR % 24).astype(np.int64)


def _weekday(at: Floats) -> Ints:
    return ((at // DAY + _MONDAY_BASED) % 7).astype(np.int64)
