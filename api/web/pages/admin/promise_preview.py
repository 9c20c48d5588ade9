"""What an SLA policy or calendar would mean: deadlines of an example, and the open clocks that an edit would move."""

from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec

from api.sla.rules.example import DueTime, Example
from api.sla.rules.opening import epoch
from api.web.formats import Formats
from api.web.forms import Form

WIDTH = 1_000


class Bar(msgspec.Struct, frozen=True):
    """A picture WIDTH wide of the time until the last deadline: (x, width) of what counts, x of each deadline, and x of
    the change of clocks when it lies within."""

    counted: Sequence[tuple[float, float]]
    due: Sequence[float]
    change: float | None


class Shown(msgspec.Struct, frozen=True):
    """An example with how to write its instants: in its own zone, and in UTC."""

    example: Example
    local: Formats
    utc: Formats
    bar: Bar | None

    def is_after_change(self, due: DueTime) -> bool:
        """Whether the clocks change before that deadline."""
        change = self.example.change_at
        return change is not None and change <= due.due_at


def shown(example: Example, f: Formats) -> Shown:
    """The example as a page shows it."""
    local = msgspec.structs.replace(f, zone=example.zone)
    return Shown(example, local, msgspec.structs.replace(f, zone=ZoneInfo("UTC")), _bar(example))


def start_of(form: Form, zone: ZoneInfo) -> datetime | None:
    """The instant that was typed as a wall time of the zone, None when none was; what is none is a problem at the field."""
    try:
        return datetime.fromisoformat(form["start"]).replace(tzinfo=zone).astimezone(UTC) if form["start"] else None
    except (ValueError, OverflowError):
        form.refuse_field("start")
        return None


def _bar(example: Example) -> Bar | None:
    if not example.parts:
        return None
    start = epoch(example.start)
    length = max(epoch(example.due[-1].due_at) - start, 1)

    def x(second: float) -> float:
        return round((second - start) / length * WIDTH, 2)

    change = epoch(example.change_at) if example.change_at else None
    return Bar(
        counted=[(x(part.start), round(x(part.end) - x(part.start), 2)) for part in example.parts if part.is_open],
        due=[x(epoch(one.due_at)) for one in example.due],
        change=x(change) if change is not None and change < start + length else None,
    )
