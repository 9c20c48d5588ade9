"""The figures of `/api/analytics` as a workbook whose charts are the spreadsheet's own."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from api.analytics.wire import AgentProductivity, Backlog, BreachPage, Count, Dashboard, NamedCount, Trends
from api.exports.files.workbook import PALETTE, Formats, about, formats, open_workbook
from api.exports.rules import cell_text, serial_day, words

HOUR_SECONDS = 3600


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What the workbook tells, as `/api/analytics` does, of one reader and one instant."""

    dashboard: Dashboard
    backlog: Backlog
    trends: Trends
    breaches: BreachPage
    agents: AgentProductivity
    made_for: str
    product: str
    now: datetime


MEANINGS = (
    ("Active", "Tickets that are neither resolved nor closed now."),
    ("Unassigned", "Active tickets that nobody works on."),
    ("Breached", "Active tickets of which a deadline has passed unmet."),
    ("At risk", "Active tickets of which less than the set share of a target is left."),
    ("Created, Resolved", "Tickets opened, and tickets last resolved, in the period."),
    ("Median first response", "Hours from opening to the first public answer, of tickets answered in the period."),
    ("Median resolution", "Hours from opening to the last resolution, of tickets resolved in the period."),
    ("Met, Missed", "Clocks of tickets created in the period that are decided: met in time, or run out."),
    ("Share met", "Met ÷ (met + missed); empty while nothing is decided."),
    ("Late", "Hours from the deadline to when it was met, or to now."),
    ("Hours", "Calendar hours, nights and holidays included."),
    (
        "Agents",
        "In the order of their names: figures are no ranking. Resolved: last resolved in the period, theirs now.",
    ),
)


def write_analytics(figures: Figures, path: str) -> None:
    """Sheets Overview, Trends, Backlog, SLA, Agents and Definitions."""
    with open_workbook(path, f"Figures of {figures.product}", figures.now) as workbook:
        look = formats(workbook)
        _overview(workbook, look, figures.dashboard)
        _trends(workbook, look, figures.trends)
        _backlog(workbook, look, figures.backlog)
        _sla(workbook, look, figures.dashboard, figures.breaches)
        _agents(workbook, look, figures.agents)
        zone = figures.dashboard.time_zone
        about(
            workbook,
            look,
            title=f"Figures of {figures.product}",
            made=f"{figures.now.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} {zone}, for {figures.made_for}",
            facts=[("Period", f"The {figures.dashboard.days} days up to then"), ("Times and days", zone)],
            meanings=MEANINGS,
        )


def _overview(workbook: Workbook, look: Formats, found: Dashboard) -> None:
    sheet = _sheet(workbook, look, "Overview", (30, 14))
    rows = [
        ("Active", found.active, look.number),
        ("Unassigned", found.unassigned, look.number),
        ("Breached", found.breached, look.number),
        ("At risk", found.at_risk, look.number),
        ("Created today", found.created_today, look.number),
        ("Resolved today", found.resolved_today, look.number),
        (f"Created in {found.days} days", found.created, look.number),
        (f"Resolved in {found.days} days", found.resolved, look.number),
        ("Median first response, hours", _hours(found.median_first_response_seconds), look.hours),
        ("Median resolution, hours", _hours(found.median_resolution_seconds), look.hours),
    ]
    _table(sheet, look, 0, 0, ("Figure", "Value"), [(name, value) for name, value, _ in rows])
    for place, (_, value, form) in enumerate(rows, 1):
        if value is not None:
            sheet.write_number(place, 1, value, form)
    statuses = _table(sheet, look, 13, 0, ("Status", "Active tickets"), _counted(found.by_status))
    _chart(workbook, sheet, "column", "Active tickets by status", (13, 0), statuses, [1], "D2")


def _trends(workbook: Workbook, look: Formats, found: Trends) -> None:
    sheet = _sheet(workbook, look, "Trends", (14, 11, 11, 11))
    days = [(serial_day(datetime(d.on.year, d.on.month, d.on.day, tzinfo=_UTC), _UTC), d.created, d.resolved, d.breached)
            for d in found.days]  # fmt: skip
    rows = _table(sheet, look, 0, 0, (f"Day ({found.time_zone})", "Created", "Resolved", "Missed"), days, {0: look.day})
    _chart(workbook, sheet, "line", "Created, resolved and missed per day", (0, 0), rows, [1, 2, 3], "F2")
    sheet.freeze_panes(1, 1)


def _backlog(workbook: Workbook, look: Formats, found: Backlog) -> None:
    sheet = _sheet(workbook, look, "Backlog", (24, 10))
    place = 0
    groups: list[tuple[str, list[tuple[Any, ...]]]] = [
        ("Age", _counted(found.by_age)),
        ("Priority", _counted(found.by_priority)),
        ("Team", [(count.name or "No team", count.count) for count in found.by_team]),
    ]
    for number, (name, rows) in enumerate(groups):
        count = _table(sheet, look, place, 0, (name, "Tickets"), rows)
        _chart(
            workbook, sheet, "bar", f"Active tickets by {name.lower()}", (place, 0), count, [1], f"D{2 + number * 16}"
        )
        place = max(place + count + 2, (number + 1) * 16)
    oldest = [
        (w.number, w.subject, words(w.status), words(w.priority), w.assigned_agent_name, serial_day(w.created_at, _UTC))
        for w in found.oldest
    ]
    titles = ("Oldest", "Subject", "Status", "Priority", "Agent", "Created (UTC)")
    _table(sheet, look, place, 0, titles, oldest, {5: look.instant})


def _sla(workbook: Workbook, look: Formats, found: Dashboard, breaches: BreachPage) -> None:
    sheet = _sheet(workbook, look, "SLA", (20, 36, 12, 12, 20, 18, 12))
    kept = [(words(each.target), each.met, each.breached, each.share_met) for each in found.compliance]
    count = _table(sheet, look, 0, 0, ("Target", "Met", "Missed", "Share met"), kept, {3: look.share})
    _chart(workbook, sheet, "stacked", "Promises met and missed", (0, 0), count, [1, 2], "I2")
    missed = [
        (row.number, row.subject, words(row.priority), words(row.target), row.assigned_agent_name,
         serial_day(row.breached_at, _UTC), row.late_seconds / HOUR_SECONDS)
        for row in breaches.sla_breaches
    ]  # fmt: skip
    place = max(count + 3, 6)
    held = f"The newest {len(missed):,} of {breaches.pagination.total:,} missed in the period"
    sheet.write_string(place - 1, 0, held, look.label)
    titles = ("Number", "Subject", "Priority", "Target", "Agent", "Missed (UTC)", "Late, hours")
    _table(sheet, look, place, 0, titles, missed, {5: look.instant, 6: look.hours})


def _agents(workbook: Workbook, look: Formats, found: AgentProductivity) -> None:
    sheet = _sheet(workbook, look, "Agents", (26, 12, 10, 10, 12, 14, 14, 12, 12))
    rows = [
        (a.name, words(a.availability), a.active, a.resolved, a.public_replies, _hours(a.median_resolution_seconds),
         _hours(a.p90_resolution_seconds), a.first_responses_met, a.first_responses_breached)
        for a in found.agents
    ]  # fmt: skip
    titles = ("Agent", "Availability", "Active", "Resolved", "Public replies", "Median resolution, hours",
              "90 % resolved within, hours", "First responses met", "First responses missed")  # fmt: skip
    count = _table(sheet, look, 0, 0, titles, rows, {5: look.hours, 6: look.hours})
    sheet.set_row(0, 46)
    sheet.freeze_panes(1, 1)
    _chart(workbook, sheet, "bar", "Resolved and active", (0, 0), count, [3, 2], f"B{count + 4}")


def _sheet(workbook: Workbook, look: Formats, name: str, widths: Sequence[int]) -> Worksheet:
    sheet = workbook.add_worksheet(name)
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width, look.text)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    return sheet


def _table(
    sheet: Worksheet,
    look: Formats,
    top: int,
    left: int,
    titles: Sequence[str],
    rows: Sequence[Sequence[Any]],
    forms: dict[int, Format] | None = None,
) -> int:
    """Write a head and its rows, texts as texts; returns how many rows."""
    for place, title in enumerate(titles):
        sheet.write_string(top, left + place, title, look.head)
    for number, row in enumerate(rows, top + 1):
        for place, value in enumerate(row):
            form = (forms or {}).get(place)
            if isinstance(value, str):
                sheet.write_string(number, left + place, cell_text(value), form or look.text)
            elif value is not None:
                sheet.write_number(number, left + place, value, form or look.number)
    return len(rows)


def _chart(
    workbook: Workbook,
    sheet: Worksheet,
    kind: str,
    title: str,
    corner: tuple[int, int],
    rows: int,
    columns: Sequence[int],
    cell: str,
) -> None:
    """A chart of columns of a table whose head begins at `corner`, its first column the categories; none of an empty one."""
    if not rows:
        return
    top, left = corner
    shape = {"stacked": {"type": "bar", "subtype": "percent_stacked"}}.get(kind, {"type": kind})
    chart = workbook.add_chart(shape)
    assert chart is not None
    for number, column in enumerate(columns):
        colour = PALETTE[number]
        chart.add_series(
            {
                "name": [sheet.name, top, left + column],
                "categories": [sheet.name, top + 1, left, top + rows, left],
                "values": [sheet.name, top + 1, left + column, top + rows, left + column],
                "line": {"color": colour, "width": 2},
                "fill": {"color": colour},
                "gap": 60,
            }
        )
    chart.set_title({"name": title, "name_font": {"size": 12, "bold": True}})
    if len(columns) == 1:
        chart.set_legend({"none": True})
    else:
        chart.set_legend({"position": "bottom"})
    if kind in ("bar", "stacked"):
        chart.set_y_axis({"reverse": True})
    if kind == "line":
        chart.set_x_axis({"date_axis": True, "num_format": "d mmm", "major_gridlines": {"visible": False}})
    chart.set_size({"width": 620, "height": 300})
    sheet.insert_chart(cell, chart, {"description": title})


def _counted(counts: Sequence[Count | NamedCount]) -> list[tuple[Any, ...]]:
    return [(words(count.value) if isinstance(count, Count) else count.name, count.count) for count in counts]


def _hours(seconds: float | None) -> float | None:
    return None if seconds is None else seconds / HOUR_SECONDS


_UTC = ZoneInfo("UTC")
