"""Once a night: every check over everything, and the lake's files that no recent version needs go."""

import dagster as dg

from pipelines import product
from pipelines.automation import TRY_AGAIN
from pipelines.lake import open_table, path_of, vacuum
from pipelines.publish.assets import check_named
from pipelines.publish.contracts import contracts
from pipelines.publish.gate import CHECKS
from pipelines.publish.meta import HEALTH, META


@dg.op(retry_policy=TRY_AGAIN)
def check_everything() -> None:
    """All of raw, state and clocks against the product. Fails when a check does."""
    results = [check_named(name, is_full=True) for name in CHECKS]
    if failed := [result.detail for result in results if result.level == "error"]:
        raise dg.Failure(" ".join(failed), allow_retries=False)


@dg.op(retry_policy=TRY_AGAIN)
def vacuum_lake() -> dict[str, int]:
    """Files removed by table."""
    settings = product.settings()
    paths = {name: path_of(settings.lake, name) for name in (*(mart.name for mart in contracts()), META, HEALTH)}
    return {name: vacuum(path) for name, path in paths.items() if open_table(path) is not None}


@dg.job(executor_def=dg.in_process_executor, description="Every check over everything; old files of the lake go.")
def nightly() -> None:
    check_everything()
    vacuum_lake()
