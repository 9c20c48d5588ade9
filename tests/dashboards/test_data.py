"""The lake as read: one publication at a time, files that cannot run, and what is said about the data's health."""

from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from dashboards.data import MissingMart, ask, open_lake, read_health
from dashboards.exports import to_csv
from dashboards.health import warnings
from dashboards.words import length
from tests.dashboards.conftest import ADMIN
from tests.dashboards.lake import build
from tests.dashboards.made import NOW

COUNT = "select count(*)::bigint as n from fct_tickets"


def test_a_new_publication_shows_and_the_old_one_stays_whole(tmp_path: Path) -> None:
    root = build(tmp_path / "lake", tickets=10)
    before = open_lake(root)
    assert ask(before, ADMIN, COUNT, {})["n"][0] == 10
    build(tmp_path / "lake", tickets=25)
    assert ask(open_lake(root), ADMIN, COUNT, {})["n"][0] == 25
    assert ask(before, ADMIN, COUNT, {})["n"][0] == 10


def test_tables_are_read_at_the_version_that_was_published(tmp_path: Path) -> None:
    """A table that is written before `_meta` names it is not seen."""
    root = build(tmp_path / "lake", tickets=10)
    lake = open_lake(root)
    pl.scan_delta(f"{root}/fct_tickets").collect().head(3).write_delta(f"{root}/fct_tickets", mode="overwrite")
    assert ask(open_lake(root), ADMIN, COUNT, {})["n"][0] == 10 == ask(lake, ADMIN, COUNT, {})["n"][0]


def test_a_missing_lake_has_a_name(tmp_path: Path) -> None:
    with pytest.raises(MissingMart, match="_meta"):
        open_lake(str(tmp_path))


def test_sums_arrive_as_whole_numbers_and_quotients_as_shares(lake: str) -> None:
    rows = ask(open_lake(lake), ADMIN, "select sum(tickets) as n from fct_backlog_daily", {})
    assert rows.schema["n"] == pl.Int64


def test_today_is_the_local_day_of_the_newest_event(lake: str) -> None:
    assert open_lake(lake).today.isoformat() == "2026-11-24"


@pytest.mark.parametrize("risky", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_a_cell_cannot_run_in_a_spreadsheet(risky: str) -> None:
    written = to_csv(pl.DataFrame({"agent": [risky], "hours": [-1.5]})).decode("utf-8-sig")
    assert f"'{risky}" in written
    assert ",-1.5" in written


def test_other_cells_are_left_as_they_are() -> None:
    written = to_csv(pl.DataFrame({"team": ['Zoë, "A"', None], "n": [1, None]})).decode("utf-8-sig")
    assert written == 'team,n\n"Zoë, ""A""",1\n,\n'


def test_what_is_wrong_is_said_the_gravest_first(lake: str) -> None:
    published, checks = open_lake(lake), read_health(lake)
    assert list(warnings(published, checks, NOW + timedelta(minutes=10))) == []
    assert "3 h 5 min old" in next(warnings(published, checks, NOW + timedelta(hours=3, minutes=5)))
    name = pl.col("name")
    broken = checks.with_columns(
        level=pl.when(name == "freshness").then(pl.lit("warning")).when(name == "log_equals_raw").then(pl.lit("error")).otherwise("level")
    )  # fmt: skip
    first, second = warnings(published, broken, NOW)
    assert "`log_equals_raw` failed" in first
    assert "published 24 Nov 2026, 09:14 UTC" in first
    assert "`freshness` warns" in second


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "–"),
        (0, "0 s"),
        (45, "45 s"),
        (60, "1 min"),
        (3900, "1 h 5 min"),
        (86399.6, "1 d"),
        (93784, "1 d 2 h"),
        (7200, "2 h"),
    ],
)
def test_lengths_are_two_units_at_most(seconds: float | None, words: str) -> None:
    assert length(seconds) == words
