"""The real history under other promises: every clock anew, by the rules of the product, from the facts in the lake.

Exact, not sampled: what a clock would have been due at, had the policy said something else from the first day on. How people
would have worked under another promise, it cannot say.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec
import polars as pl

from api.sla.rules.calendar import CalendarVersion, Holiday, WeeklyHours
from api.sla.rules.policy import PolicyTerms
from api.sla.rules.vectorised import clocks_frame

TARGETS = ("first_response", "next_response", "periodic_update", "resolution")
"""What is promised to customers."""
_STEPS = (*TARGETS, "escalation")
_UNREACHABLE = {"escalation": 10**9}
"""Targets of a policy that promises nothing which can be told here."""
KEYS = ("ticket_id", "target", "cycle")


class Promise(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a policy shall have promised. `targets` in seconds, None: not promised. `calendar_id` None: around the clock.
    `pauses`: the statuses that stop the resolution."""

    targets: dict[str, int | None]
    calendar_id: int | None = None
    pauses: tuple[str, ...] = ("pending",)


class Scenario(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Promises by policy id, under a name. Policies it does not name keep theirs."""

    name: str = ""
    promises: dict[int, Promise] = {}


class Past(msgspec.Struct, frozen=True, kw_only=True):
    """What happened, and what held: facts as the rules take them, versions by id, and where each version belongs."""

    facts: pl.DataFrame
    policies: Mapping[int, PolicyTerms]
    policy_of: Mapping[int, int]
    calendars: Mapping[int, CalendarVersion]
    as_of: datetime


def encode(scenario: Scenario) -> str:
    """The scenario as it stands in an address."""
    return msgspec.json.encode(scenario).decode()


def decode(text: str) -> Scenario | None:
    """The scenario of an address; None when it is none that makes sense."""
    try:
        scenario = msgspec.json.decode(text, type=Scenario)
    except msgspec.DecodeError:
        return None
    return scenario if all(_makes_sense(promise) for promise in scenario.promises.values()) else None


def _makes_sense(promise: Promise) -> bool:
    if set(promise.targets) - set(TARGETS):
        return False
    try:
        _terms(PolicyTerms(name="", targets=_UNREACHABLE), promise)
    except ValueError:
        return False
    return True


def past(facts: pl.DataFrame, policies: pl.DataFrame, calendars: pl.DataFrame, newest: datetime) -> Past:
    """What `replay` needs, from the marts fct_sla_facts, dim_sla_policies and dim_calendars."""
    versions = {row["policy_version_id"]: row for row in policies.to_dicts()}
    return Past(
        facts=facts.rename({"event_id": "seq", "happened_at": "at", "is_by_staff": "by_staff"}),
        policies={number: terms_of(row) for number, row in versions.items()},
        policy_of={number: row["policy_id"] for number, row in versions.items()},
        calendars={row["calendar_version_id"]: _calendar(row) for row in calendars.to_dicts()},
        as_of=newest + timedelta(microseconds=1),
    )


def replay(history: Past, scenario: Scenario) -> pl.DataFrame:
    """The clocks of promises to customers (CLOCK_SCHEMA and `state`) as they would stand now under the scenario."""
    named = {number: scenario.promises.get(policy) for number, policy in history.policy_of.items()}
    changed = {number: promise for number, promise in named.items() if promise}
    policies = {
        number: _terms(terms, changed[number]) if number in changed else terms
        for number, terms in history.policies.items()
    }
    newest = _newest(history.calendars)
    hours = {
        number: newest.get(promise.calendar_id) if promise.calendar_id else None for number, promise in changed.items()
    }
    version = pl.col("policy_version_id")
    facts = history.facts.with_columns(
        calendar_version_id=pl.when(version.is_in(list(changed)))
        .then(version.replace_strict(hours, default=None, return_dtype=pl.Int64))
        .otherwise("calendar_version_id")
    )
    clocks = clocks_frame(facts, policies, history.calendars, history.as_of).filter(pl.col("target").is_in(TARGETS))
    state = (
        pl.when(pl.col("breached_at").is_not_null()).then(pl.lit("breached"))
        .when(pl.col("met_at").is_not_null()).then(pl.lit("met"))
        .when(pl.col("paused_at").is_not_null()).then(pl.lit("paused"))
        .otherwise(pl.lit("open"))
    )  # fmt: skip
    return clocks.with_columns(state=state)


def side_by_side(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """One row per clock of either side: `state`, `due_at`, and the same with `_after`; null where a side has no such clock."""
    kept = [*KEYS, "started_at", "state", "due_at"]
    both = before.select(kept).join(after.select(kept), on=KEYS, how="full", coalesce=True, suffix="_after")
    return both.with_columns(started_at=pl.coalesce("started_at", "started_at_after")).drop("started_at_after")


def terms_of(row: Mapping[str, Any]) -> PolicyTerms:
    """What a row of dim_sla_policies promises."""
    targets = {step: row[f"{step}_seconds"] for step in _STEPS if row[f"{step}_seconds"]}
    pauses = msgspec.json.decode(row["pauses_on"], type=dict[str, tuple[str, ...]])
    return PolicyTerms(name=row["name"], targets=targets or _UNREACHABLE, pauses_on=pauses)


def _terms(terms: PolicyTerms, promise: Promise) -> PolicyTerms:
    targets = {step: seconds for step, seconds in terms.targets.items() if step not in TARGETS}
    targets |= {step: seconds for step, seconds in promise.targets.items() if seconds is not None}
    pauses = terms.pauses_on | {"resolution": promise.pauses}
    return msgspec.structs.replace(terms, targets=targets or _UNREACHABLE, pauses_on=pauses)


def _calendar(row: Mapping[str, Any]) -> CalendarVersion:
    return CalendarVersion(
        id=row["calendar_version_id"],
        calendar_id=row["calendar_id"],
        name=row["name"],
        version=row["version"],
        valid_from=row["valid_from"],
        time_zone=row["time_zone"],
        weekly_hours=msgspec.json.decode(row["weekly_hours"], type=WeeklyHours),
        holidays=msgspec.json.decode(row["holidays"], type=tuple[Holiday, ...]),
    )


def _newest(calendars: Mapping[int, CalendarVersion]) -> dict[int, int]:
    """Calendar → its newest version."""
    ordered = sorted(calendars.values(), key=lambda calendar: calendar.version)
    return {calendar.calendar_id: calendar.id for calendar in ordered}
