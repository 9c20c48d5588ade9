"""The gate before the lake: every check of a run, and whether the marts may pass."""

from collections.abc import Sequence
from datetime import datetime

from pipelines.checks import CheckResult, Scope, keep, pass_scope, scope
from pipelines.ingest.checks import check_log
from pipelines.publish.checks import check_backlog, check_freshness, check_periods, check_state
from pipelines.publish.contracts import Contract
from pipelines.publish.marts import Published, publish_marts
from pipelines.publish.meta import write_health, write_meta
from pipelines.sla.reconcile import check_clocks
from pipelines.warehouse import Connection


class Stopped(Exception):
    """A blocking check failed: the lake keeps its last version. The message is a sentence."""


def run_checks(product: Connection, warehouse: Connection, at: datetime, *, is_full: bool = False) -> list[CheckResult]:
    """Every check, over what is new since the last run that passed; kept in `raw.checks`."""
    seen: Scope = scope(warehouse, is_full=is_full)
    results = [
        check_log(product, warehouse, seen),
        check_state(product, warehouse, seen),
        check_clocks(product, warehouse, seen),
        check_backlog(warehouse),
        check_periods(warehouse, seen),
        check_freshness(product, warehouse, at),
    ]
    keep(warehouse, results, at)
    if not any(result.stops for result in results):
        pass_scope(warehouse, seen)
    return results


def publish(
    warehouse: Connection,
    lake: str,
    marts: Sequence[Contract],
    results: Sequence[CheckResult],
    at: datetime,
    *,
    is_full: bool = False,
) -> list[Published]:
    """Health first, then the marts, then `_meta`. Raises Stopped when a blocking check failed."""
    write_health(warehouse, lake)
    if stopping := [result.detail for result in results if result.stops]:
        raise Stopped("Nothing was published. " + " ".join(stopping))
    published = publish_marts(warehouse, lake, marts, is_full=is_full)
    write_meta(warehouse, lake, published, at)
    return published
