"""Where a value lies on an axis, from 0 to 1, and which values the axis names."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from math import ceil, floor, log10
from typing import Any

import msgspec

TICKS = 6


class Scale(msgspec.Struct, frozen=True, kw_only=True):
    """`place` gives a value its place; `ticks` are the values that are named, with their names."""

    place: Callable[[Any], float]
    ticks: Sequence[tuple[Any, str]]


def named(values: Sequence[str]) -> Scale:
    """Names in even steps, each in the middle of its own."""
    order = {name: (number + 0.5) / len(values) for number, name in enumerate(values)}
    return Scale(place=lambda name: order[name], ticks=[(name, name) for name in values])


def dated(values: Sequence[date], low: date, high: date, pattern: str) -> Scale:
    """Days from `low` to `high`; of those there are, a few in even steps are named."""
    begin, end = _seconds(low), _seconds(high)
    span = (end - begin) or 1
    days = sorted({value for value in values if low <= value <= high})
    step = max(ceil(len(days) / TICKS), 1)
    return Scale(
        place=lambda value: (_seconds(value) - begin) / span, ticks=[(day, f"{day:{pattern}}") for day in days[::step]]
    )


def counted(low: float, high: float, name: Callable[[float], str], step: float | None = None) -> Scale:
    """Numbers from `low` to `high`; round ones are named."""
    span = (high - low) or 1
    step = step or _round_step(span / (TICKS - 1))
    found = [round(step * number, 10) for number in range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1)]
    return Scale(place=lambda value: (value - low) / span, ticks=[(value, name(value)) for value in found])


def _round_step(least: float) -> float:
    size = 10 ** floor(log10(least))
    return next(size * factor for factor in (1, 2, 2.5, 5, 10) if size * factor >= least)


def _seconds(value: date) -> float:
    at = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day, tzinfo=UTC)
    return at.replace(tzinfo=UTC).timestamp()
