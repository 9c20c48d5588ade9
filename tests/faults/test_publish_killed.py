"""A publication dies in the middle: readers keep the version before it, and the next one writes every row once."""

import subprocess
import sys
import time
from pathlib import Path

import polars as pl

from api.settings import Settings
from pipelines.publish.marts import publish_marts
from pipelines.warehouse import Connection
from tests.pipelines.conftest import warehouse  # noqa: F401  (a fixture)
from tests.pipelines.test_publish import MARTS, files, lake, marts  # noqa: F401  (fixtures)
from tests.serving import ROOT

ROWS = 150_000
SCRIPT = """
import sys
from pipelines.publish.marts import publish_marts
from pipelines.warehouse import connect
from tests.pipelines.test_publish import MARTS
with connect(sys.argv[1]) as warehouse:
    publish_marts(warehouse, sys.argv[2], MARTS)
"""


def test_a_publication_killed_half_way_is_finished_by_the_next(
    marts: Connection,  # noqa: F811
    lake: str,  # noqa: F811
    warehouse_settings: Settings,
) -> None:
    (_, before) = publish_marts(marts, lake, MARTS)
    marts.execute(
        "insert into marts.fct_tickets select n, 'open', true, date '2024-01-15' + (n %% 24)::int * 30, "
        "'2026-11-24', n, array[n], 2, 'x' from generate_series(7, %s) n",
        [ROWS],
    )
    there = files(lake)
    child = subprocess.Popen([sys.executable, "-c", SCRIPT, warehouse_settings.warehouse_url, lake], cwd=ROOT)
    while not parquet(lake) - there and child.poll() is None:
        time.sleep(0.002)
    child.kill()
    assert child.wait() != 0, "it was not done yet"
    assert pl.read_delta(f"{lake}/fct_tickets", version=before.version).height == 6
    publish_marts(marts, lake, MARTS)
    found = pl.read_delta(f"{lake}/fct_tickets")
    assert (found.height, found["ticket_id"].n_unique()) == (ROWS, ROWS)
    assert not publish_marts(marts, lake, MARTS)[1].written


def parquet(folder: str) -> set[str]:
    return {name for name in files(folder) if Path(name).suffix == ".parquet"}
