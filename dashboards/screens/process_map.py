"""Process map: which ways do complaints really take? Every step of the tickets that came in the period."""

from collections.abc import Iterable

import polars as pl
import streamlit as st

from dashboards import charts, theme
from dashboards.layout import Metric, View, choose, figure, footer, metrics, nothing, section, table
from dashboards.words import count, length, name_of, share

TITLE = "Process map"
QUESTION = "Which ways do complaints really take, and where do they wait?"
START = "Complaint"
NO_TEAM = "No team"
SHOWN = 0.02
"""Ways that fewer than this part of the tickets take are left out of the map, and stay in the table."""
KINDS = {"status": "Between statuses", "team": "Between teams"}

STEPS = """
select s.ticket_id, s.step_number, s.waited_seconds,
       case when s.step_number = 1 then 'Complaint' when $by = 'team' then coalesce(before.name, 'No team') else s.from_status end as left_from,
       case when $by = 'team' then coalesce(after.name, 'No team') else s.to_status end as went_to, s.from_status, s.to_status
from fct_transitions s
join fct_tickets t on t.ticket_id = s.ticket_id
left join dim_teams before on before.team_id = s.from_team_id and before.is_current
left join dim_teams after on after.team_id = s.to_team_id and after.is_current
where t.created_day between $since and $until and {where}
order by s.ticket_id, s.step_number
"""


def steps(view: View, by: str) -> pl.DataFrame:
    """One row per step from one status (or team, as `by` says) to another, with the seconds waited before it."""
    rows = view.ask(STEPS.format(where=view.filters.where("t")), by=by)
    is_turn = pl.col("left_from") != pl.col("went_to")
    stay = is_turn.cast(pl.Int64).cum_sum().over("ticket_id", order_by="step_number")
    # A step of the other kind cuts a stay in two: what was waited belongs together.
    waited = rows.with_columns(stay=stay - is_turn.cast(pl.Int64)).with_columns(
        pl.col("waited_seconds").sum().over("ticket_id", "stay")
    )
    return waited.filter(is_turn).drop("stay")


def ways(rows: pl.DataFrame) -> pl.DataFrame:
    """How often each step is taken, by how many tickets, with its median and total wait; the most frequent first."""
    return (
        rows.group_by("left_from", "went_to")
        .agg(
            pl.len().alias("times"), pl.col("ticket_id").n_unique().alias("tickets"),
            pl.col("waited_seconds").median().alias("wait"), pl.col("waited_seconds").sum().alias("total"),
        )
        .sort(["times", "left_from", "went_to"], descending=[True, False, False])
    )  # fmt: skip


def variants(rows: pl.DataFrame) -> pl.DataFrame:
    """The whole ways that tickets took, in words, with how many took each and their median length in seconds."""
    each = rows.group_by("ticket_id").agg(
        pl.col("went_to").sort_by("step_number").map_elements(name_of, return_dtype=pl.String).str.join(" → ").alias("way"),
        pl.col("waited_seconds").sum().alias("seconds"), pl.len().alias("steps"),
    )  # fmt: skip
    found = each.group_by("way").agg(pl.len().alias("tickets"), pl.col("seconds").median(), pl.col("steps").first())
    return found.with_columns(part=pl.col("tickets") / len(each)).sort(["tickets", "way"], descending=[True, False])


def show(view: View) -> None:
    by = choose(view, "Steps", KINDS, "steps")
    rows = steps(view, by)
    if rows.is_empty():
        nothing("complaint")
    else:
        found, whole = ways(rows), variants(rows)
        _numbers(view, rows, whole, by)
        _map(view, rows, found, by)
        _waits(view, found)
        _ways(view, found, whole)
    footer(
        view,
        ["fct_transitions", "fct_tickets"],
        "steps of complaints that came in the period, up to now; a stay of no length is no step; waits are calendar time",
    )


def _numbers(view: View, rows: pl.DataFrame, whole: pl.DataFrame, by: str) -> None:
    tickets = rows["ticket_id"].n_unique()
    back = rows.filter(
        pl.col("from_status").is_in(["resolved", "closed"]) & ~pl.col("to_status").is_in(["resolved", "closed"])
    )
    seen = rows.with_columns(again=pl.struct("ticket_id", "went_to").is_first_distinct().not_())
    returned = seen.filter("again")["ticket_id"].n_unique()
    metrics(
        [
            Metric(label="Complaints", value=count(tickets)),
            Metric(label="Different ways", value=count(len(whole))),
            Metric(label="On the commonest", value=share(whole["part"][0], 0), help=whole["way"][0]),
            Metric(label="Came back to a team" if by == "team" else "Came back to a status", value=share(returned / tickets, 0),
                   help="Tickets that entered the same place twice: loops and ping-pong."),
            Metric(label="Reopened", value=share(back["ticket_id"].n_unique() / tickets)),
        ],
        f"Complaints that came {view.filters.compared.split(';')[0]}.",
        is_comparable=False,
    )  # fmt: skip


def _map(view: View, rows: pl.DataFrame, found: pl.DataFrame, by: str) -> None:
    tickets = rows["ticket_id"].n_unique()
    shown = found.filter(pl.col("tickets") >= max(SHOWN * tickets, 1)).head(40)
    common = found.filter(pl.col("left_from") != START).head(1)
    reading = "Every complaint stays where it came."
    if len(common):
        first = common.row(0, named=True)
        reading = (
            f"The commonest step is **{_named(first['left_from'])} → {_named(first['went_to'])}**: {count(first['times'])} times, "
            f"after a median wait of {length(first['wait'])}."
        )
    how = (
        "How often each step is taken."
        if view.is_on_paper
        else "Thicker: more often. Under each count: the median wait before the step."
    )
    section("The map", f"{reading} :gray[{how}]")
    if view.is_on_paper:
        named = shown.head(15).with_columns(
            way=pl.concat_str(
                pl.col("left_from", "went_to").map_elements(_named, return_dtype=pl.String), separator=" → "
            )
        )
        figure(charts.bars(named, label="way", value="times", ink=view.ink), "map", reading)
    else:
        st.graphviz_chart(drawn(shown.to_dicts(), view.ink, by), width="stretch", alt=reading)
    if len(shown) < len(found):
        st.markdown(f":small[:gray[{count(len(found) - len(shown))} rarer steps are in the table below.]]")


def drawn(found: Iterable[dict[str, object]], ink: theme.Ink, by: str) -> str:
    """The map in the DOT language."""
    ways_shown = list(found)
    most = max(int(str(way["times"])) for way in ways_shown)
    places = dict.fromkeys(str(way[end]) for way in ways_shown for end in ("left_from", "went_to"))
    lines = [
        'digraph { rankdir=LR bgcolor="transparent" nodesep=0.35 ranksep=0.55',
        f'node [shape=box style="rounded,filled" fillcolor="{ink["surface"]}" color="{ink["edge"]}" fontcolor="{ink["text"]}" fontname="Source Sans" fontsize=13]',
        f'edge [color="{ink["muted"]}" fontcolor="{ink["muted"]}" fontname="Source Sans" fontsize=11 arrowsize=0.7]',
    ]
    for place in places:
        colour = theme.of_status(ink, place) if by == "status" and place != START else ink["text"]
        lines.append(f'{_quoted(place)} [label={_quoted(_named(place))} fontcolor="{colour}"]')
    for way in ways_shown:
        times = int(str(way["times"]))
        wait = "" if way["left_from"] == START else f"\\n{length(float(str(way['wait'] or 0)))}"
        lines.append(
            f'{_quoted(str(way["left_from"]))} -> {_quoted(str(way["went_to"]))} '
            f'[label="{times:,}{wait}" penwidth={0.8 + 4.2 * times / most:.2f}]'
        )  # fmt: skip
    return "\n".join([*lines, "}"])


def _waits(view: View, found: pl.DataFrame) -> None:
    places = (
        found.filter(~pl.col("left_from").is_in([START, "resolved", "closed"]))
        .group_by("left_from")
        .agg(pl.col("total").sum())
        .with_columns(
            days=pl.col("total") / 86400, place=pl.col("left_from").map_elements(_named, return_dtype=pl.String)
        )
        .sort("days", descending=True)
        .head(12)
    )
    if places.is_empty() or not places["days"].sum():
        return
    reading = f"**{places['place'][0]}** holds complaints longest: {share(places['days'][0] / places['days'].sum(), 0)} of all the time they waited."
    section(
        "Where they wait",
        reading + " :gray[Days, all complaints together, of stays that ended; done ones wait for nothing.]",
    )
    figure(charts.bars(places, label="place", value="days", ink=view.ink), "waits", reading)


def _ways(view: View, found: pl.DataFrame, whole: pl.DataFrame) -> None:
    section("Way by way", "Whole ways from the complaint on, the commonest first.")
    columns = {
        "way": st.column_config.TextColumn("Way", width="large"), "tickets": "Complaints", "part": st.column_config.NumberColumn("Of all", format="percent"),
        "steps": "Steps", "took": "Took (median)",
    }  # fmt: skip
    took = pl.col("seconds").map_elements(length, return_dtype=pl.String).alias("took")
    table(whole.with_columns(took, pl.col("part").round(4)), "ways", columns, view.filters, hidden=["seconds"])
    section("Step by step")
    named = found.with_columns(
        pl.col("left_from", "went_to").map_elements(_named, return_dtype=pl.String),
        pl.col("wait").map_elements(length, return_dtype=pl.String).alias("waited"), (pl.col("total") / 86400).round(1).alias("days"),
    )  # fmt: skip
    columns = {"left_from": "From", "went_to": "To", "times": "Times", "tickets": "Complaints", "waited": "Wait (median)",
               "days": st.column_config.NumberColumn("Days waited", format="localized")}  # fmt: skip
    table(named, "steps", columns, view.filters, hidden=["wait"])


def _named(place: str) -> str:
    return name_of(place) if place in (*theme.STATUSES, "resolved", "closed") else place


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
