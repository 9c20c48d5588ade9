"""Figures tell the truth of what lies between their points, and name days where there is room."""

from datetime import date, timedelta
from itertools import pairwise

import polars as pl

from dashboards.charts import lines
from dashboards.theme import INKS


def weeks(first: date, count: int) -> list[date]:
    return [first + timedelta(weeks=n) for n in range(count)]


def test_a_line_stops_where_nothing_was_measured_and_its_axis_names_days_with_room_between() -> None:
    days = weeks(date(2016, 2, 29), 20) + weeks(date(2026, 6, 1), 26)
    frame = pl.DataFrame({"week": days, "share": [0.9] * len(days), "kind": ["resolution"] * len(days)})
    figure = lines(
        frame,
        x="week",
        y="share",
        kind="kind",
        names=str,
        ink=INKS["light"],
        colours={"resolution": "#123456"},
        low=0.5,
    )
    (line,) = figure.data
    assert [value is None for value in line.y].count(True) == 1
    assert line.y[19] == 0.9
    assert line.y[20] is None
    assert not line.connectgaps
    named = figure.layout.xaxis.tickvals
    assert all(later - earlier >= (days[-1] - days[0]) / 10 for earlier, later in pairwise(named))
