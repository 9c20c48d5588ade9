"""Read the file: every line becomes a row that is understood, or a refusal that says why."""

import csv
import gzip
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import polars as pl

from api.importers.history import INSTANT

STATES = {
    "New": "open",
    "Active": "in_progress",
    "Awaiting User Info": "pending",
    "Awaiting Vendor": "pending",
    "Awaiting Problem": "pending",
    "Awaiting Evidence": "pending",
    "Resolved": "resolved",
    "Closed": "closed",
}
PRIORITIES = {"1": "critical", "2": "high", "3": "medium", "4": "low"}
STATE_COLUMNS = ("ident_state", "incident_state")
"""The column of the state goes by either name."""
KEPT = (
    "contact_type", "location", "u_symptom", "cmdb_ci", "impact", "urgency", "knowledge", "u_priority_confirmation",
    "notify", "problem_id", "rfc", "vendor", "caused_by", "closed_code", "reassignment_count", "made_sla",
)  # fmt: skip
"""What Redress has no column for, kept as custom attributes."""
_PEOPLE = ("caller_id", "opened_by", "assigned_to", "resolved_by")
_WORDS = ("number", *_PEOPLE, "assignment_group", "category", "category_duplicated_0", "reopen_count", *KEPT)
_TIMES = ("opened_at", "sys_updated_at")
_MAYBE_TIMES = ("resolved_at", "closed_at")
REQUIRED = (*_WORDS, *_TIMES, *_MAYBE_TIMES, "priority", "sys_mod_count")
MAX_FIELD = 100_000

ROWS = pl.Schema(
    {
        "line": pl.Int64(),
        **{name: pl.String() for name in _WORDS},
        **dict.fromkeys((*_TIMES, *_MAYBE_TIMES), INSTANT),
        "priority": pl.String(),
        "state": pl.String(),
        "mod": pl.Int64(),
    }
)
"""One row per line that is understood: nulls for `?`, instants in UTC, priority and state in our words."""


class Unreadable(Exception):
    """The file as a whole cannot be taken; the message says why in a sentence."""


class Refusal(msgspec.Struct, frozen=True):
    """A line that was not taken. `number` may be empty."""

    line: int
    number: str
    reason: str


class Parsed(msgspec.Struct, frozen=True, kw_only=True):
    """The file's rows (ROWS), the lines refused, and how many lines there are and incidents they name in all."""

    rows: pl.DataFrame
    refusals: list[Refusal]
    incidents: int
    lines: int


class LocalTime:
    """Reads wall-clock times of one zone, as `29/2/2016 01:16`.

    A time that came twice (clocks set back) is its first occurrence. One that never came (clocks set forward) is read with
    the offset that held before the change, so that it lies as long after the change as it was written.
    """

    def __init__(self, zone: str) -> None:
        try:
            self._zone = ZoneInfo(zone)
        except (KeyError, ValueError, OSError) as error:
            raise Unreadable(f"There is no time zone {zone!r}; name one like Europe/Rome.") from error
        self._known: dict[str, datetime] = {}

    def read(self, text: str) -> datetime:
        """The instant in UTC. Raises ValueError when it is none, or lies before 1970."""
        if text not in self._known:
            local = datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=self._zone, fold=0)
            instant = local.astimezone(UTC)
            if instant.year < 1970:
                raise ValueError("before 1970")
            self._known[text] = instant
        return self._known[text]


def read_file(path: Path, zone: str, now: datetime) -> Parsed:
    """Every line of a CSV file, gzipped or not. Raises Unreadable when it is no such file."""
    times = LocalTime(zone)
    rows: list[dict[str, object]] = []
    refusals: list[Refusal] = []
    numbers: set[str] = set()
    seen: dict[tuple[str, ...], int] = {}
    lines = 0
    for line, record in _records(path):
        lines += 1
        number = record.get("number") or ""
        if number not in ("", "?"):
            numbers.add(number)
        try:
            if (first := seen.setdefault(tuple(map(str, record.values())), line)) != line:
                raise ValueError(f"repeats line {first}")
            rows.append(_row(line, record, times, now))
        except ValueError as error:
            refusals.append(Refusal(line, number, str(error)))
    return Parsed(rows=pl.DataFrame(rows, schema=ROWS), refusals=refusals, incidents=len(numbers), lines=lines)


def _records(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and fields of each record; a record of another length lacks the field `number`'s neighbours."""
    csv.field_size_limit(MAX_FIELD)
    try:
        with path.open("rb") as raw:
            is_gzip = raw.read(2) == b"\x1f\x8b"
        if path.suffix == ".gz" and not is_gzip:
            raise Unreadable(f"{path.name} is not a gzip file, though its name says so.")
        with (
            gzip.open(path, "rt", encoding="utf-8-sig", newline="")
            if is_gzip
            else path.open(encoding="utf-8-sig", newline="") as text
        ):
            reader = csv.reader(text, strict=True)
            header = next(reader, None)
            names = _names(path, header)
            for fields in reader:
                if not fields:
                    continue
                record = dict(zip(names, fields, strict=False))
                if len(fields) != len(names):
                    record["_length"] = f"has {len(fields)} fields, not {len(names)}"
                yield reader.line_num, record
    except FileNotFoundError as error:
        raise Unreadable(f"There is no file {path}.") from error
    except (OSError, EOFError, zlib.error) as error:
        raise Unreadable(f"{path.name} cannot be read: {error}.") from error
    except UnicodeDecodeError as error:
        raise Unreadable(f"{path.name} is no text in UTF-8: byte {error.start} of a part of it is not.") from error
    except csv.Error as error:
        raise Unreadable(f"{path.name} is no CSV file: {error}.") from error


def _names(path: Path, header: list[str] | None) -> list[str]:
    if not header:
        raise Unreadable(f"{path.name} is empty.")
    names = ["ident_state" if name in STATE_COLUMNS else name for name in header]
    if missing := [name for name in (*REQUIRED, "ident_state") if name not in names]:
        raise Unreadable(f"{path.name} lacks the columns {', '.join(missing)}: is it a ServiceNow incident log?")
    return names


def _row(line: int, record: dict[str, str], times: LocalTime, now: datetime) -> dict[str, object]:
    """Raises ValueError saying what is wrong with the line."""
    if wrong := record.get("_length"):
        raise ValueError(wrong)
    if any("\0" in value for value in record.values()):
        raise ValueError("holds a NUL byte")
    known = {name: None if value in ("?", "") else value for name, value in record.items()}
    if known["number"] is None:
        raise ValueError("has no number")
    state, priority = STATES.get(record["ident_state"]), PRIORITIES.get(record["priority"][:1])
    if state is None:
        raise ValueError(f"state {record['ident_state']!r} is unknown")
    if priority is None:
        raise ValueError(f"priority {record['priority']!r} is unknown")
    mod = record["sys_mod_count"]
    row: dict[str, object] = {name: known[name] for name in _WORDS}
    row |= {"line": line, "state": state, "priority": priority, "mod": int(mod) if mod.isdecimal() else 0}
    for name in (*_TIMES, *_MAYBE_TIMES):
        row[name] = _time(name, known[name], times, now)
    return row


def _time(name: str, text: str | None, times: LocalTime, now: datetime) -> datetime | None:
    if text is None:
        if name in _TIMES:
            raise ValueError(f"{name} is unknown")
        return None
    try:
        instant = times.read(text)
    except ValueError as error:
        raise ValueError(f"{name} {text!r} is no time") from error
    if instant > now + timedelta(minutes=1):
        raise ValueError(f"{name} {text!r} lies in the future")
    return instant
