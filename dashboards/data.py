"""The lake, read at the versions one publication named, and only the rows the viewer may see.

Rights are applied here and nowhere else: each query sees every table through a condition whose parameter is the viewer's
teams. Admins see all; others the rows of their teams; a table without a rule cannot be read.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import msgspec
import polars as pl
import streamlit as st
from deltalake import DeltaTable
from polars import selectors
from pyarrow.dataset import Dataset

from dashboards.access import Viewer

META = "_meta"
HEALTH = "data_health"
KEPT_DAYS = 7
"""For so long earlier publications can be read; after that their files may be gone."""
PRESENT = frozenset({"dim_agents"})
"""Tables read as they are now, whichever publication is shown: an erased name has to go from the past as well."""

_OF_TEAM = "list_contains($seen_teams, team_id)"
_OF_TICKET = f"""ticket_id in (select ticket_id from lake_fct_tickets where {_OF_TEAM}
                 union all select ticket_id from lake_fct_sla_clocks where {_OF_TEAM})"""
_OF_AGENT = """agent_id in (select agent_id from lake_dim_agents
               where is_current and list_has_any(team_ids, $seen_teams))"""

RULES = {
    "fct_tickets": _OF_TEAM,
    "fct_sla_clocks": _OF_TEAM,
    "fct_sla_daily": _OF_TEAM,
    "fct_backlog_daily": _OF_TEAM,
    "fct_status_periods": _OF_TICKET,
    "fct_assignments": _OF_TICKET,
    "fct_agent_daily": _OF_AGENT,
    "fct_comments": _OF_TICKET,
    "fct_csat": _OF_TICKET,
    "fct_escalations": _OF_TICKET,
    "fct_sla_facts": _OF_TICKET,
    "fct_time_entries": _OF_TICKET,
    "fct_transitions": _OF_TICKET,
    "dim_customers": f"customer_id in (select customer_id from lake_fct_tickets where {_OF_TEAM})",
    "dim_organisations": "true",
    "dim_root_causes": "true",
    "dim_calendars": "true",
    "dim_agents": "true",
    "dim_teams": "true",
    "dim_categories": "true",
    "dim_skills": "true",
    "dim_dates": "true",
    "dim_sla_policies": "true",
}
"""Table → which of its rows a member of a team sees."""

_NAMED = re.compile(r"\b(?:fct|dim)_\w+")
_UNDERLYING = re.compile(r"\blake_(\w+)")
_PARAMETER = re.compile(r"\$(\w+)")


class MissingMart(Exception):
    """The lake, or a table of it, is not there. `name` says which."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Table(msgspec.Struct, frozen=True):
    """A published table: its Delta version and rows."""

    version: int
    rows: int


class Lake(msgspec.Struct, frozen=True, kw_only=True):
    """One publication: which version of each table belongs to it, and up to when its data goes."""

    root: str
    version: int
    tables: Mapping[str, Table]
    newest_event_at: datetime | None
    built_at: datetime
    time_zone: str

    @property
    def today(self) -> date:
        """The local day of the newest event: the last day that figures know of."""
        return (self.newest_event_at or self.built_at).astimezone(ZoneInfo(self.time_zone)).date()


def open_lake(root: str, version: int | None = None) -> Lake:
    """The newest publication, or an earlier one by its number. Raises MissingMart when there is none such."""
    newest = _newest(root, META)
    if version is not None and version not in publications(root):
        raise MissingMart(f"{META} {version}")
    return _publication(root, newest if version is None else version)


def publications(root: str) -> dict[int, datetime]:
    """Number → when it was published (UTC), of those of the last KEPT_DAYS before the newest; the newest first."""
    return _publications(root, _newest(root, META))


@st.cache_data(max_entries=8, show_spinner=False)
def _publications(root: str, newest: int) -> dict[int, datetime]:
    commits = DeltaTable(f"{root.rstrip('/')}/{META}").history()
    made = {int(c["version"]): datetime.fromtimestamp(c["timestamp"] / 1000, UTC) for c in commits if "timestamp" in c}
    limit = made[newest] - timedelta(days=KEPT_DAYS)
    return {number: at for number, at in sorted(made.items(), reverse=True) if at > limit}


@st.cache_resource(max_entries=8, show_spinner=False)
def _publication(root: str, version: int) -> Lake:
    rows = pl.DataFrame(_dataset(root, META, version).to_table()).to_dicts()
    if not rows:
        raise MissingMart(META)
    newest = max((row["newest_event_at"] for row in rows if row["newest_event_at"]), default=None)
    return Lake(
        root=root,
        version=version,
        tables={row["name"]: Table(row["version"], row["row_count"]) for row in rows},
        newest_event_at=newest if newest and newest.timestamp() > 0 else None,
        built_at=max(row["built_at"] for row in rows),
        time_zone=rows[0]["time_zone"] or "UTC",
    )


def read_health(root: str) -> pl.DataFrame:
    """The latest result of each check. It is written even while publishing is stopped, so it has a version of its own."""
    return _health(root, _newest(root, HEALTH))


@st.cache_data(max_entries=8, show_spinner=False)
def _health(root: str, version: int) -> pl.DataFrame:
    return pl.DataFrame(_dataset(root, HEALTH, version).to_table())


def ask(lake: Lake, viewer: Viewer, sql: str, params: Mapping[str, Any]) -> pl.DataFrame:
    """Rows of a query over the marts as the viewer sees them. Raises MissingMart."""
    teams = () if viewer.sees_all else viewer.team_ids
    return _ask(lake.root, lake.version, viewer.sees_all, teams, sql, dict(params))


@st.cache_data(max_entries=500, ttl=3600, show_spinner=False)
def _ask(
    root: str, version: int, sees_all: bool, seen_teams: tuple[int, ...], sql: str, params: dict[str, Any]
) -> pl.DataFrame:
    lake = _publication(root, version)
    named = sorted(set(_NAMED.findall(sql)))
    ctes = [f"{name} as (select * from lake_{name} where $sees_all or {RULES[name]})" for name in named]
    tail = sql.strip().removeprefix("with ")
    joint = ", " if tail != sql.strip() else " "
    whole = f"with {', '.join(ctes)}{joint}{tail}"
    with duckdb.connect(config=_CONFIG) as conn:
        for name in sorted({*named, *_UNDERLYING.findall(whole)}):
            if name not in lake.tables:
                raise MissingMart(name)
            kept = _publication(root, _newest(root, META)).tables[name] if name in PRESENT else lake.tables[name]
            conn.register(f"lake_{name}", _dataset(root, name, kept.version))
        conn.execute("set TimeZone = 'UTC'")
        values: dict[str, Any] = {"sees_all": sees_all, "seen_teams": list(seen_teams), **params}
        rows = conn.sql(whole, params={name: values[name] for name in set(_PARAMETER.findall(whole))}).pl()
    # DuckDB adds integers up to 128 bits, which arrive as decimals without digits: their quotients would be whole numbers.
    return rows.with_columns(selectors.decimal().cast(pl.Int64))


_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


def _newest(root: str, name: str) -> int:
    """Version of a table now; reads the names of its log and no data."""
    path = f"{root.rstrip('/')}/{name}"
    if not DeltaTable.is_deltatable(path):
        raise MissingMart(name)
    return int(DeltaTable(path, without_files=True).version())


@st.cache_resource(max_entries=64, show_spinner=False)
def _dataset(root: str, name: str, version: int) -> Dataset:
    path = f"{root.rstrip('/')}/{name}"
    if not DeltaTable.is_deltatable(path):
        raise MissingMart(name)
    return DeltaTable(path, version=version).to_pyarrow_dataset()
