"""The sweep of the minute, deliveries that no worker took, reports by e-mail, and the upkeep of the night."""

import dagster as dg

from pipelines import product
from pipelines.automation import TRY_AGAIN
from pipelines.operations.reports import send_reports


@dg.op(name="sweep_what_is_due", retry_policy=TRY_AGAIN)
def sweep_what_is_due(context: dg.OpExecutionContext) -> None:
    """Breach, warn, close, route, forget, seal. A second sweep at the same time does nothing."""
    product.name_run(context.run_id)
    result = product.sweep(product.settings())
    context.log.info("Done: %s; %s rows sealed.", result.done, result.sealed)


@dg.job(
    name="sweep", executor_def=dg.in_process_executor, description="What is due in the product, and the log's seals."
)
def sweep_job() -> None:
    sweep_what_is_due()


@dg.op(name="deliver_what_is_due")
def deliver_what_is_due(context: dg.OpExecutionContext) -> None:
    """Try again what failed, and give up what failed too often. Not retried: the queue has its own waits."""
    product.name_run(context.run_id)
    context.log.info("%s tries.", product.deliver(product.settings()))


@dg.job(
    name="deliver", executor_def=dg.in_process_executor, description="E-mails, pushes and webhook calls nobody sends."
)
def deliver_job() -> None:
    deliver_what_is_due()


@dg.op(name="send_reports_due", retry_policy=TRY_AGAIN)
def send_reports_due(context: dg.OpExecutionContext) -> None:
    """Print what people chose, and put it into the queue; of two runs at the same time only one's mails go out."""
    context.log.info("%s e-mails.", send_reports(product.settings(), product.instant()))


@dg.job(name="reports", executor_def=dg.in_process_executor, description="Pages of the dashboards by e-mail.")
def reports_job() -> None:
    send_reports_due()


@dg.op(name="make_partitions_ahead", retry_policy=TRY_AGAIN)
def make_partitions_ahead(context: dg.OpExecutionContext) -> None:
    """Partitions of the log for the months to come."""
    product.name_run(context.run_id)
    made = product.ensure_partitions(product.settings(), product.instant())
    context.log.info("%s partitions made.", made)


@dg.job(name="upkeep", executor_def=dg.in_process_executor, description="The log's partitions of the months to come.")
def upkeep_job() -> None:
    make_partitions_ahead()
