"""The gate before the lake: the checks by name, and whether the marts may pass."""

from collections.abc import Callable, Sequence
from datetime import datetime

from pipelines.checks import CheckResult, Scope, keep, kept, pass_up_to, scope
from pipelines.ingest.checks import check_log
from pipelines.publish.checks import check_backlog, check_freshness, check_periods, check_state
from pipelines.publish.contracts import Contract
from pipelines.publish.erasure import forget
from pipelines.publish.marts import Published, publish_marts
from pipelines.publish.meta import write_health, write_meta
from pipelines.sla.reconcile import check_clocks
from pipelines.sla.spans import READER
from pipelines.warehouse import Connection, value

Check = Callable[[Connection, Connection, Scope, datetime], CheckResult]

CHECKS: dict[str, Check] = {
    "log_equals_raw": lambda product, warehouse, seen, at: check_log(product, warehouse, seen),
    "clocks_equal_product": lambda product, warehouse, seen, at: check_clocks(product, warehouse, seen),
    "state_equals_product": lambda product, warehouse, seen, at: check_state(product, warehouse, seen),
    "backlog_two_ways": lambda product, warehouse, seen, at: check_backlog(warehouse),
    "periods_tile": lambda product, warehouse, seen, at: check_periods(warehouse, seen),
    "freshness": lambda product, warehouse, seen, at: check_freshness(product, warehouse, at),
}
"""Name → the check, in the order of the data's way."""

BLOCKING = frozenset({"log_equals_raw", "clocks_equal_product", "state_equals_product"})


class Stopped(Exception):
    """A blocking check failed: the lake keeps its last version. The message is a sentence."""


def run_check(
    name: str, product: Connection, warehouse: Connection, at: datetime, *, is_full: bool = False
) -> CheckResult:
    """One check over what is new since all of them passed, or over everything; its result is kept.

    With nothing new, the last result still holds.
    """
    seen = scope(warehouse, is_full=is_full)
    if seen.after == seen.batch and name != "freshness":
        for result, upto in kept(warehouse):
            if result.name == name and upto == seen.batch and result.level == "ok":
                return result
    result = CHECKS[name](product, warehouse, seen, at)
    keep(warehouse, [result], seen.batch, at)
    return result


def publish(
    warehouse: Connection, lake: str, marts: Sequence[Contract], at: datetime, *, is_full: bool = False
) -> list[Published]:
    """Health first, then the marts, then `_meta`. Raises Stopped unless every blocking check passed on this data."""
    write_health(warehouse, lake)
    batch = int(
        value(warehouse, "select coalesce(max(id), 0) from raw.watermarks where name = %(name)s", {"name": READER})
    )
    results = {result.name: (result, upto) for result, upto in kept(warehouse)}
    if bad := [result.detail for result, _ in results.values() if result.stops]:
        raise Stopped("Nothing was published. " + " ".join(bad))
    if missing := sorted(name for name in BLOCKING if name not in results or results[name][1] < batch):
        raise Stopped(f"Nothing was published: {', '.join(missing)} did not look at the newest data.")
    published = publish_marts(warehouse, lake, marts, is_full=is_full)
    write_meta(warehouse, lake, published, at)
    forget(warehouse, lake)
    pass_up_to(warehouse, min(results[name][1] for name in BLOCKING))
    return published
