"""The whole way from settled events to the lake, without Dagster: `python -m pipelines.build [--full-refresh]`.

Dagster's assets call the same functions. Exit code 1, with a sentence, when anything on the way failed.
"""

import argparse
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager

from api.settings import Settings
from pipelines import product
from pipelines.ingest.dimensions import replace_dimensions
from pipelines.ingest.events import has_new, ingest_events
from pipelines.publish.contracts import BrokenContract, contracts
from pipelines.publish.gate import CHECKS, Stopped, publish, run_check
from pipelines.sla.spans import compute_spans
from pipelines.transform.project import ensure_docs, run_build
from pipelines.warehouse import alone, open_warehouse, value

_UNPUBLISHED = """
select exists (select from raw.batches where id > (select coalesce(max(id), 0) from raw.watermarks where name = 'checks'))
"""


class Failed(Exception):
    """A step went wrong; the message is a sentence."""


def build(settings: Settings, *, is_full: bool = False) -> None:
    """Ingest, compute, transform, check, publish. Raises Failed, Stopped or BrokenContract."""
    at = product.instant()
    with product.open_product(settings) as log, open_warehouse(settings) as warehouse, alone(warehouse):
        with step("ingest") as say:
            done = ingest_events(log, warehouse, at)
            say(f"{done.rows:,} new events in {done.batches} batches")
        with step("dimensions") as say:
            counts = replace_dimensions(log, warehouse, product.installation(settings, at))
            say(", ".join(f"{count:,} {name}" for name, count in counts.items() if count))
        with step("sla") as say:
            spans = compute_spans(warehouse, is_full=is_full)
            say(f"{spans.clocks:,} clocks of {spans.tickets:,} tickets")
        with step("dbt") as say:
            built = run_build(settings, is_full=is_full)
            say(f"{built.models} models, {built.tests} tests")
            if built.problems:
                raise Failed(f"dbt: {len(built.problems)} failed. " + " ".join(built.problems[:5]))
        for name in CHECKS:
            with step("check") as say:
                result = run_check(name, log, warehouse, at, is_full=is_full)
                say(f"{result.level}: {result.detail}")
        with step("publish") as say:
            tables = publish(warehouse, settings.lake, contracts(), at, is_full=is_full)
            changed = [table for table in tables if table.written]
            say(f"{len(changed)} of {len(tables)} tables, {sum(len(table.written) for table in changed)} partitions")
        with step("docs") as say:
            say(f"{ensure_docs(settings).stat().st_size:,} bytes for /docs/data")


def why_build(settings: Settings) -> str | None:
    """Why the warehouse is behind the product, or None. Two indexed questions."""
    with product.open_product(settings) as log, open_warehouse(settings) as warehouse:
        if has_new(log, warehouse):
            return "settled events wait"
        if value(warehouse, _UNPUBLISHED):
            return "what was read is not published yet"
    return None


@contextmanager
def step(name: str) -> Generator[Callable[[str], None]]:
    """Print what the block says when it ends, and its seconds."""
    said: list[str] = []
    begin = time.monotonic()
    try:
        yield said.append
    finally:
        print(f"{name:<11} {'; '.join(said) or 'failed'} ({time.monotonic() - begin:.1f} s)", flush=True)


def main(argv: list[str] | None = None) -> int:
    """Exit code of a build."""
    parser = argparse.ArgumentParser(prog="redress warehouse build", description=__doc__)
    parser.add_argument("--full-refresh", action="store_true", help="compute everything anew from raw.events")
    args = parser.parse_args(argv)
    try:
        build(product.settings(), is_full=args.full_refresh)
    except (Failed, Stopped, BrokenContract) as error:
        print(str(error), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
