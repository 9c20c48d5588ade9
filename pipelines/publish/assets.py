"""The lake's tables and the checks before them as Dagster assets: group `lake`, key [lake, mart]."""

from collections.abc import Iterator

import dagster as dg

from pipelines import product
from pipelines.automation import DATA, TRY_AGAIN
from pipelines.checks import CheckResult
from pipelines.publish.contracts import contracts
from pipelines.publish.gate import BLOCKING, publish, run_check
from pipelines.publish.meta import write_health
from pipelines.warehouse import alone, open_warehouse

CHECKED = {
    "log_equals_raw": ["raw", "events"],
    "clocks_equal_product": ["raw", "sla_spans"],
    "state_equals_product": ["marts", "fct_tickets"],
    "backlog_two_ways": ["marts", "fct_backlog_daily"],
    "periods_tile": ["marts", "fct_status_periods"],
    "freshness": ["marts", "fct_tickets"],
}
"""Check → the asset it stands beside."""

_SEVERITY = {
    "ok": dg.AssetCheckSeverity.WARN,
    "warning": dg.AssetCheckSeverity.WARN,
    "error": dg.AssetCheckSeverity.ERROR,
}


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            ["lake", mart.name],
            deps=[["marts", mart.name]],
            group_name="lake",
            owners=[DATA],
            kinds={"deltalake"},
            description=f"{mart.description} Published: Delta, {'by month of ' + mart.day if mart.day else 'one file'}.",
        )
        for mart in contracts()
    ],
    retry_policy=TRY_AGAIN,
    pool="warehouse",
)
def lake() -> Iterator[dg.MaterializeResult[None]]:
    """Write what changed, when every blocking check passed on this data."""
    settings = product.settings()
    with open_warehouse(settings) as warehouse, alone(warehouse):
        tables = publish(warehouse, settings.lake, contracts(), product.instant())
    for table in tables:
        yield dg.MaterializeResult(
            asset_key=["lake", table.name],
            metadata={"rows": table.rows, "version": table.version, "written_months": ", ".join(table.written)},
            value=None,
        )


def check_named(name: str, *, is_full: bool = False) -> CheckResult:
    """Run one check, and let `data_health` in the lake say what it found."""
    settings = product.settings()
    with product.open_product(settings) as log, open_warehouse(settings) as warehouse, alone(warehouse):
        result = run_check(name, log, warehouse, product.instant(), is_full=is_full)
        write_health(warehouse, settings.lake)
    return result


def _asset_check(name: str, asset: list[str]) -> dg.AssetChecksDefinition:
    @dg.asset_check(name=name, asset=dg.AssetKey(asset), blocking=name in BLOCKING, retry_policy=TRY_AGAIN)
    def check() -> dg.AssetCheckResult:
        result = check_named(name)
        return dg.AssetCheckResult(
            passed=result.level == "ok",
            severity=_SEVERITY[result.level],
            description=result.detail,
            metadata={"checked": result.checked, "failed": result.failed},
        )

    return check


checks = [_asset_check(name, asset) for name, asset in CHECKED.items()]
