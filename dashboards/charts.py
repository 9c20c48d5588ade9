"""The figures: each takes a frame as a query gave it, and labels what it draws at the place where it is."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import plotly.graph_objects as go
import polars as pl

from dashboards.theme import Ink, contrast, mixed, template
from dashboards.words import WEEKDAYS, count

FIFTHS = [0, 0.2, 0.4, 0.6, 0.8, 1]


def _figure(ink: Ink, height: int, **layout: Any) -> go.Figure:
    return go.Figure(layout={"template": template(ink), "height": height, **layout})


def _apart(places: Sequence[float], gap: float) -> list[float]:
    """The places, moved up where they are nearer than `gap`; in the order given, which must ascend."""
    moved: list[float] = []
    for place in places:
        moved.append(max(place, moved[-1] + gap) if moved else place)
    return moved


def _days(xs: pl.Series) -> str:
    """How an axis names its days: with the year where there is more than one of each."""
    days: list[date] = xs.to_list()
    return "%-d %b" if (max(days) - min(days)).days < 300 else "%b %Y"


def _named_days(xs: pl.Series) -> dict[str, Any]:
    """An axis that names days there are, each a tenth of it or more from the last: a week begins where its name stands."""
    days: list[date] = xs.unique().sort().to_list()
    named: list[date] = []
    for day in days:
        if not named or day - named[-1] >= (days[-1] - days[0]) / 10:
            named.append(day)
    return {"tickvals": named, "tickformat": _days(xs)}


def _torn(rows: pl.DataFrame, x: str) -> pl.DataFrame:
    """The rows, with an empty one in each gap of more than a quarter: a line joins only what was measured."""
    gaps = rows.filter(pl.col(x).diff().shift(-1) > timedelta(days=92)).select(pl.col(x) + timedelta(days=1))
    return pl.concat([rows, gaps], how="diagonal").sort(x)


def _label(text: str, x: Any, y: float, colour: str, **more: Any) -> dict[str, Any]:
    where = {"xanchor": "left", "xshift": 8, "align": "left", "showarrow": False}
    return {"text": text, "x": x, "y": y, "font": {"color": colour, "size": 13}, **where, **more}


def areas(
    frame: pl.DataFrame, *, x: str, y: str, kind: str, colours: Mapping[str, str], names: Callable[[str], str], ink: Ink
) -> go.Figure:
    """Layers over time, the first of `colours` at the bottom, each named at its right end. One row per x and kind."""
    wide = frame.pivot(on=kind, index=x, values=y).sort(x).fill_null(0)
    kinds = [name for name in colours if name in wide.columns]
    figure = _figure(ink, 340, hovermode="x unified", margin={"l": 8, "r": 132, "t": 12, "b": 8})
    level, middles, ends = 0.0, list[float](), list[float]()
    for name in kinds:
        figure.add_scatter(
            x=wide[x], y=wide[name], name=names(name), stackgroup="one", mode="lines", fillcolor=mixed(colours[name], ink["canvas"], 0.6),
            line={"width": 1.25, "color": colours[name]}, hovertemplate="%{y:,}",
        )  # fmt: skip
        end = float(wide[name][-1])
        middles.append(level + end / 2)
        ends.append(end)
        level += end
    top = float(wide.select(pl.sum_horizontal(kinds).max()).item() or 1)
    for name, end, place in zip(kinds, ends, _apart(middles, top * 0.075), strict=True):
        figure.add_annotation(_label(f"{names(name)} <b>{count(end)}</b>", wide[x][-1], place, colours[name]))
    figure.update_yaxes(showgrid=True, rangemode="tozero", nticks=5)
    figure.update_xaxes(hoverformat="%a %-d %b %Y", range=[wide[x][0], wide[x][-1]], **_named_days(wide[x]))
    return figure


def bars(
    frame: pl.DataFrame, *, label: str, value: str, ink: Ink, colours: Sequence[str] | str | None = None,
    text: Callable[[Any], str] = count, at_least: float = 0,
) -> go.Figure:  # fmt: skip
    """Lying bars from top to bottom in the frame's order, each with its value at its end."""
    values = frame[value].to_list()
    longest = max([at_least, *(v for v in values if v is not None)], default=1) or 1
    figure = _figure(ink, 34 * len(frame) + 20)
    figure.add_bar(
        y=frame[label].to_list(), x=values, orientation="h", marker={"color": colours or ink["accent"], "cornerradius": 3},
        text=[text(v) for v in values], textposition="outside", textfont={"color": ink["text"]}, cliponaxis=False,
        hovertemplate="%{y}: %{text}<extra></extra>",
    )  # fmt: skip
    figure.update_xaxes(visible=False, range=[0, longest * 1.22], fixedrange=True)
    figure.update_yaxes(
        autorange="reversed", ticks="", showline=False, fixedrange=True, tickfont={"color": ink["text"]}
    )
    return figure


def lines(
    frame: pl.DataFrame, *, x: str, y: str, kind: str, names: Callable[[str], str], ink: Ink,
    colours: Mapping[str, str], low: float,
) -> go.Figure:  # fmt: skip
    """Shares over time from `low` to 1, each line named at its right end."""
    figure = _figure(ink, 340, hovermode="x unified", margin={"l": 8, "r": 168, "t": 12, "b": 8})
    ends: list[tuple[float, str]] = []
    for (name,), rows in frame.sort(x).group_by(kind, maintain_order=True):
        word, colour, drawn = str(name), colours[str(name)], _torn(rows, x)
        figure.add_scatter(
            x=drawn[x].to_list(), y=drawn[y].to_list(), name=names(word), mode="lines+markers", line={"color": colour, "width": 2.25},
            marker={"size": 6, "color": colour}, hovertemplate="%{y:.1%}", cliponaxis=False,
        )  # fmt: skip
        if (last := rows[y].drop_nulls()).len():
            ends.append((float(last[-1]), word))
    ends.sort()
    for (end, word), place in zip(ends, _apart([e for e, _ in ends], (1.0 - low) * 0.075), strict=True):
        text = f"{names(word)} <b>{end:.1%}</b>"
        figure.add_annotation(_label(text, frame[x].max(), place, colours[word]))
    figure.update_yaxes(showgrid=True, tickformat=".0%", range=[low, 1.005], nticks=6)
    figure.update_xaxes(
        hoverformat="Week from %-d %b %Y", range=[frame[x].min(), frame[x].max()], **_named_days(frame[x])
    )
    return figure


def hours(
    frame: pl.DataFrame,
    *,
    weekday: str,
    hour: str,
    value: str,
    ink: Ink,
    token: str = "danger",
    text: Callable[[Any], str] = str,
) -> go.Figure:
    """Hour × weekday, stronger in the token's colour where there is more; the numbers stand in the cells."""
    cells = {(row[weekday], row[hour]): row[value] for row in frame.to_dicts()}
    grid = [[cells.get((day, h), 0) for h in range(24)] for day in range(1, 8)]
    most = max((n for row in grid for n in row), default=0) or 1
    faint = mixed(ink[token], ink["canvas"], 0.12)
    figure = _figure(ink, 300)
    figure.add_heatmap(
        z=grid, x=list(range(24)), y=list(WEEKDAYS), xgap=2, ygap=2, showscale=False, zmin=0, zmax=most,
        colorscale=[[0, ink["sunken"]], [0.001, faint], [1, ink[token]]],
        hovertemplate="%{y} %{x}:00 to %{x}:59: %{z}<extra></extra>",
    )  # fmt: skip
    for row, day in zip(grid, WEEKDAYS, strict=True):
        for h, n in enumerate(row):
            if n:
                cell = mixed(ink[token], faint, n / most)
                colour = max(ink[f"on-{token}"], ink["text"], key=lambda word: contrast(word, cell))
                figure.add_annotation(text=text(n), x=h, y=day, showarrow=False, font={"size": 11, "color": colour})
    figure.update_yaxes(autorange="reversed", ticks="", showline=False)
    figure.update_xaxes(dtick=3, ticksuffix=":00", showline=False, ticks="")
    return figure


def pareto(rows: pl.DataFrame, *, label: str, value: str, total: int, ink: Ink, token: str = "danger") -> go.Figure:
    """Lying bars, each with its number and the share that it makes with those above; strong up to four fifths of all."""
    sums = rows[value].cum_sum().to_list()
    is_vital = [before < 0.8 * total for before in [0, *sums[:-1]]]
    figure = bars(
        rows, label=label, value=value, ink=ink, colours=[ink[token] if vital else ink["edge"] for vital in is_vital]
    )
    words = [f"<b>{count(n)}</b>   {s / total:.0%}" for n, s in zip(rows[value], sums, strict=True)]
    return figure.update_traces(text=words)


def shares(
    frame: pl.DataFrame, *, label: str, parts: Mapping[str, str], names: Callable[[str], str], ink: Ink
) -> go.Figure:
    """Lying bars cut into shares of 1, named above the first bar; `parts` gives each column its colour."""
    figure = _figure(ink, 46 * len(frame) + 52, barmode="stack", margin={"l": 8, "r": 8, "t": 36, "b": 8}, bargap=0.3)
    for column, colour in parts.items():
        values = frame[column].to_list()
        figure.add_bar(
            y=frame[label].to_list(), x=values, orientation="h", name=names(column), marker={"color": colour, "line": {"width": 0}},
            text=[f"{v:.0%}" if v >= 0.045 else "" for v in values], textposition="inside", insidetextanchor="middle",
            textfont={"color": ink["surface"]}, textangle=0, hovertemplate=f"{names(column)}: %{{x:.1%}}<extra>%{{y}}</extra>",
        )  # fmt: skip
    figure.update_layout(
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "traceorder": "normal", "itemclick": False,
                "itemdoubleclick": False, "font": {"color": ink["text"]}},
    )  # fmt: skip
    figure.update_xaxes(visible=False, range=[0, 1])
    figure.update_yaxes(autorange="reversed", ticks="", showline=False, tickfont={"color": ink["text"]})
    return figure


def ranges(
    frame: pl.DataFrame, *, label: str, low: str, high: str, text: Callable[[float], str], ink: Ink
) -> go.Figure:
    """From a dot at `low` (the median) to a ring at `high` (nine of ten), a line for each row; both in seconds."""
    figure = _figure(ink, 34 * max(len(frame), 3) + 56, margin={"l": 8, "r": 84, "t": 28, "b": 8})
    rows = frame.to_dicts()
    unit, mark = (86400, " d") if max(row[high] for row in rows) > 3 * 86400 else (3600, " h")
    for row in rows:
        figure.add_scatter(
            x=[row[low] / unit, row[high] / unit], y=[row[label]] * 2, mode="lines", hoverinfo="skip",
            line={"color": ink["line"], "width": 3},
        )  # fmt: skip
    for column, symbol, place in ((low, "circle", "left"), (high, "circle-open", "right")):
        words = [text(row[column]) for row in rows]
        figure.add_scatter(
            x=[row[column] / unit for row in rows], y=[row[label] for row in rows], mode="markers+text", cliponaxis=False,
            marker={"size": 11, "color": ink["accent"], "symbol": symbol, "line": {"width": 2, "color": ink["accent"]}},
            text=[f"{word}   " if place == "left" else f"   {word}" for word in words], textposition=f"middle {place}",
            textfont={"color": ink["text"] if place == "left" else ink["muted"], "size": 12}, hoverinfo="skip",
        )  # fmt: skip
    above = {"yshift": 20, "showarrow": False, "font": {"size": 12, "color": ink["muted"]}, "y": rows[0][label]}
    figure.add_annotation(text="half within", x=rows[0][low] / unit, **above)
    figure.add_annotation(text="nine of ten within", x=rows[0][high] / unit, **above)
    figure.update_yaxes(autorange="reversed", ticks="", showline=False, tickfont={"color": ink["text"]})
    figure.update_xaxes(showgrid=True, gridcolor=ink["line"], ticksuffix=mark, showline=False)
    furthest = max(row[high] for row in rows) / unit
    figure.update_xaxes(
        range=[-0.09 * furthest, furthest]
    )  # The words of a median near zero need room before the names.
    return figure


def curves(
    frame: pl.DataFrame, *, x: str, series: Mapping[str, tuple[str, str]], ink: Ink, text: Callable[[Any], str] = count,
    **axis: Any,
) -> go.Figure:  # fmt: skip
    """Amounts from 0 on, a line per column of `series` (its name and colour), each named at its right end."""
    figure = _figure(ink, 320, hovermode="x unified", margin={"l": 8, "r": 176, "t": 12, "b": 8})
    top = float(frame.select(pl.max_horizontal(pl.col(list(series)).max())).item() or 1)
    ends = sorted(
        (float(frame[column].drop_nulls()[-1]), column) for column in series if frame[column].drop_nulls().len()
    )
    for column, (name, colour) in series.items():
        figure.add_scatter(
            x=frame[x], y=frame[column], name=name, mode="lines", line={"color": colour, "width": 2.25},
            hovertemplate="%{y:,.1f}", cliponaxis=False,
        )  # fmt: skip
    for (end, column), place in zip(ends, _apart([end for end, _ in ends], top * 0.085), strict=True):
        name, colour = series[column]
        figure.add_annotation(_label(f"{name} <b>{text(end)}</b>", frame[x].max(), place, colour))
    figure.update_yaxes(showgrid=True, rangemode="tozero", nticks=5)
    figure.update_xaxes(range=[frame[x].min(), frame[x].max()], **axis)
    return figure


def band(frame: pl.DataFrame, *, x: str, y: str, low: str, high: str, name: str, ink: Ink) -> go.Figure:
    """A share over time, 0 to 1, in the band in which it may truly lie; the last one is named at its end."""
    figure = _figure(ink, 320, margin={"l": 8, "r": 132, "t": 12, "b": 8})
    colour = ink["accent"]
    ground = mixed(colour, ink["canvas"], 0.16)
    figure.add_scatter(x=frame[x], y=frame[high], mode="lines", line={"width": 0}, hoverinfo="skip")
    figure.add_scatter(
        x=frame[x], y=frame[low], mode="lines", line={"width": 0}, fill="tonexty", fillcolor=ground, hoverinfo="skip"
    )
    figure.add_scatter(
        x=frame[x], y=frame[y], mode="lines+markers", line={"color": colour, "width": 2.25}, marker={"size": 6, "color": colour},
        hovertemplate="%{x|%-d %b %Y}: %{y:.0%}<extra></extra>", cliponaxis=False,
    )  # fmt: skip
    figure.add_annotation(_label(f"{name} <b>{frame[y][-1]:.0%}</b>", frame[x][-1], float(frame[y][-1]), colour))
    figure.update_yaxes(showgrid=True, tickformat=".0%", range=[0, 1.01], nticks=6)
    figure.update_xaxes(range=[frame[x].min(), frame[x].max()], **_named_days(frame[x]))
    return figure


def intervals(
    frame: pl.DataFrame, *, label: str, value: str, low: str, high: str, text: Sequence[str], ink: Ink
) -> go.Figure:
    """Shares from 0 to 1 as dots, each on the line on which it may truly lie, with its words at the right."""
    figure = _figure(ink, 34 * max(len(frame), 2) + 44, margin={"l": 8, "r": 132, "t": 8, "b": 8})
    rows = frame.to_dicts()
    for row in rows:
        figure.add_scatter(
            x=[row[low], row[high]],
            y=[row[label]] * 2,
            mode="lines",
            hoverinfo="skip",
            line={"color": ink["edge"], "width": 2},
        )
    figure.add_scatter(
        x=frame[value], y=frame[label], mode="markers", marker={"size": 11, "color": ink["accent"]}, cliponaxis=False,
        customdata=list(text), hovertemplate="%{y}: %{customdata}<extra></extra>",
    )  # fmt: skip
    for row, words in zip(rows, text, strict=True):
        figure.add_annotation(_label(words, 1.0, row[label], ink["text"]))
    figure.update_yaxes(autorange="reversed", ticks="", showline=False, tickfont={"color": ink["text"]})
    figure.update_xaxes(
        showgrid=True, gridcolor=ink["line"], range=[-0.02, 1.01], tickvals=FIFTHS, tickformat=".0%", showline=False
    )
    return figure


def changes(frame: pl.DataFrame, *, label: str, value: str, ink: Ink) -> go.Figure:
    """Lying bars to both sides of nothing: more in red to the right, less to the left, each with its number."""
    values = frame[value].to_list()
    reach = max(abs(v) for v in values) * 1.3
    figure = bars(
        frame, label=label, value=value, ink=ink, colours=[ink["danger"] if v > 0 else ink["edge"] for v in values],
        text=lambda v: f"{v:+,}",
    )  # fmt: skip
    return figure.update_xaxes(range=[-reach if min(values) < 0 else 0, reach if max(values) > 0 else 0])


def moves(frame: pl.DataFrame, *, label: str, before: str, after: str, ink: Ink) -> go.Figure:
    """Shares from 0 to 1 that moved: a ring where each was, a dot where it is, the line between them; named at the right."""
    figure = _figure(ink, 40 * max(len(frame), 2) + 44, margin={"l": 8, "r": 132, "t": 8, "b": 8})
    rows = frame.to_dicts()
    for row in rows:
        was, now = row[before], row[after]
        colour = ink["muted"] if was is None or was == now else ink["resolved-ink"] if now > was else ink["danger"]
        if was is not None:
            figure.add_scatter(
                x=[was, now], y=[row[label]] * 2, mode="lines", hoverinfo="skip", line={"color": colour, "width": 3}
            )
            figure.add_scatter(
                x=[was], y=[row[label]], mode="markers", cliponaxis=False, hovertemplate="%{y}: %{x:.1%} before<extra></extra>",
                marker={"size": 11, "symbol": "circle", "color": ink["canvas"], "line": {"width": 2, "color": ink["muted"]}},
            )  # fmt: skip
        figure.add_scatter(
            x=[now], y=[row[label]], mode="markers", cliponaxis=False, marker={"size": 11, "color": colour},
            hovertemplate="%{y}: %{x:.1%} after<extra></extra>",
        )  # fmt: skip
        words = f"<b>{now:.1%}</b>" if was is None or was == now else f"{was:.1%} → <b>{now:.1%}</b>"
        figure.add_annotation(_label(words, 1.0, row[label], ink["text"]))
    figure.update_yaxes(autorange="reversed", ticks="", showline=False, tickfont={"color": ink["text"]})
    figure.update_xaxes(
        showgrid=True, gridcolor=ink["line"], range=[-0.02, 1.01], tickvals=FIFTHS, tickformat=".0%", showline=False
    )
    return figure
