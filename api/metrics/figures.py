"""How the work of the whole installation stands, asked when somebody asks."""

from collections.abc import Iterator
from datetime import datetime

import msgspec
import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, from_url
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from api.db import Read, sql
from api.settings import Settings

CAP = 10_000
"""Counts end here: more is as bad."""

HELP = {
    "deliveries_due": "E-mails, pushes and webhook calls whose time has come",
    "delivery_oldest_seconds": "How long the oldest of them has been due",
    "deliveries_dead": "Those that were given up",
    "clocks_overdue": "Clocks that ran out and that no sweep has recorded as breached yet",
    "clock_oldest_seconds": "How long ago the first of them ran out: the lag of the sweep",
    "log_newest_timestamp_seconds": "When the newest event happened",
    "log_lag_seconds": "Age of the oldest event that readers of the log may not take yet, because a transaction is open",
    "log_unsealed_events": "Events that are under no seal",
    "log_sealed_timestamp_seconds": "When the newest seal was made; 0 for never",
    "lake_published_timestamp_seconds": "When the marts were last published to the lake; 0 for never",
    "lake_checked_timestamp_seconds": "When the checks before publishing last ran; 0 for never",
}


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Counts up to CAP; spans in seconds, None when there is nothing to wait for; instants in seconds since 1970."""

    deliveries_due: int
    delivery_oldest_seconds: float | None
    deliveries_dead: int
    clocks_overdue: int
    clock_oldest_seconds: float | None
    newest_event_at: float | None
    unsettled_seconds: float | None
    unsealed_events: int
    sealed_at: float | None


async def get_figures(read: Read) -> Figures:
    """One statement, all of it by indexes."""
    found = await read.one(sql("metrics/figures"), {"now": read.now, "cap": CAP}, Figures)
    if found is None:
        raise LookupError("a statement without a table has one row")
    return found


def lake_written_at(settings: Settings, table: str) -> datetime | None:
    """When the newest commit of a table of the lake was written, by its log alone; None for never, or when it is away."""
    try:
        store = from_url(settings.lake) if "://" in settings.lake else LocalStore(settings.lake)
        return max(
            (entry["last_modified"] for batch in obstore.list(store, f"{table}/_delta_log") for entry in batch),
            default=None,
        )
    except (BaseError, OSError, ValueError):
        return None


class Work(Collector):
    """The figures as gauges."""

    def __init__(self, figures: Figures, published_at: datetime | None, checked_at: datetime | None) -> None:
        self._values = {
            "deliveries_due": figures.deliveries_due,
            "delivery_oldest_seconds": figures.delivery_oldest_seconds,
            "deliveries_dead": figures.deliveries_dead,
            "clocks_overdue": figures.clocks_overdue,
            "clock_oldest_seconds": figures.clock_oldest_seconds,
            "log_newest_timestamp_seconds": figures.newest_event_at,
            "log_lag_seconds": figures.unsettled_seconds,
            "log_unsealed_events": figures.unsealed_events,
            "log_sealed_timestamp_seconds": figures.sealed_at,
            "lake_published_timestamp_seconds": published_at and published_at.timestamp(),
            "lake_checked_timestamp_seconds": checked_at and checked_at.timestamp(),
        }

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for name, value in self._values.items():
            yield GaugeMetricFamily(f"redress_{name}", HELP[name], value=max(float(value or 0), 0.0))
