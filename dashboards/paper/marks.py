"""A figure of `dashboards.charts` as marks that Typst sets: lines, areas, boxes, dots and words on a field from 0 to 1.

It knows what our figures are made of, which is less than what plotly can draw.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import Any

import plotly.graph_objects as go

from dashboards.paper.scales import Scale, counted, dated, named
from dashboards.theme import mixed

POINTS = 0.62
"""Points on paper for a pixel of the screen."""
LONGEST_NAME = 44
PAPER, INK = "#FFFFFF", "#1F2937"

Mark = dict[str, Any]


def marks(chart: go.Figure) -> dict[str, Any]:
    """What `chart` of `report.typ` sets: its height and room at the right in points, names at the axes, and the marks."""
    traces = [_Trace(trace, chart) for trace in chart.data]
    x, y = _x(chart, traces), _y(chart, traces)
    names_y = bool(traces and traces[0].is_named_y)
    return {
        "height": _height(chart, traces, names_y),
        "right": float(chart.layout.margin.r or 8) * POINTS,
        "keys": [[trace.name, trace.colours[0]] for trace in traces] if chart.layout.showlegend else [],
        "names_y": [[y.place(value), _cut(name)] for value, name in y.ticks],
        "names_x": [] if chart.layout.xaxis.visible is False else [[x.place(value), name] for value, name in x.ticks],
        "lines_y": [] if names_y or not chart.layout.yaxis.showgrid else [y.place(value) for value, _ in y.ticks],
        "lines_x": [x.place(value) for value, _ in x.ticks] if chart.layout.xaxis.showgrid else [],
        "marks": [*_drawn(chart, traces, x, y), *_annotations(chart, x, y)],
    }


class _Trace:
    """One trace with its values as lists; layers of a stack lie on those before."""

    def __init__(self, trace: Any, chart: go.Figure) -> None:
        self.of, self.kind, self.name = trace, trace.type, _runs(trace.name or "")
        self.x, self.y = _values(trace.x), _values(trace.y)
        self.is_named_y = bool(self.y) and isinstance(self.y[0], str)
        colour = trace.marker.color if trace.type == "bar" else None
        self.colours: list[str] = list(colour) if isinstance(colour, list | tuple) else [colour] * len(self.y)


def _values(found: Any) -> list[Any]:
    return [] if found is None else [getattr(value, "item", lambda v=value: v)() if hasattr(value, "dtype") else value for value in list(found)]  # fmt: skip


def _height(chart: go.Figure, traces: Sequence[_Trace], names_y: bool) -> float:
    margin = chart.layout.margin
    if names_y and traces[0].kind != "heatmap":
        return 19.0 * len(dict.fromkeys(name for trace in traces for name in trace.y))
    return (float(chart.layout.height) - float(margin.t or 8) - float(margin.b or 8)) * POINTS * 0.72


def _x(chart: go.Figure, traces: Sequence[_Trace]) -> Scale:
    axis, values = chart.layout.xaxis, [value for trace in traces for value in trace.x if value is not None]
    if traces[0].kind == "heatmap":
        hours = [f"{hour}:00" if hour % 3 == 0 else "" for hour in traces[0].x]
        scale = named([str(hour) for hour in traces[0].x])
        return Scale(place=lambda hour: scale.place(str(hour)), ticks=list(zip(traces[0].x, hours, strict=True)))
    if values and isinstance(values[0], date):
        low, high = axis.range or (min(values), max(values))
        return dated(values, low, high, axis.tickformat or "%-d %b")
    low, high = axis.range or (min(values), max(values))
    scale = counted(float(low), float(high), lambda value: _number(value, axis), axis.dtick)
    chosen = [(value, _number(value, axis)) for value in axis.tickvals or ()]
    return Scale(place=scale.place, ticks=chosen or scale.ticks)


def _y(chart: go.Figure, traces: Sequence[_Trace]) -> Scale:
    axis = chart.layout.yaxis
    if traces[0].is_named_y:
        return named(list(dict.fromkeys(name for trace in traces for name in trace.y)))
    stacked = [trace for trace in traces if trace.of.stackgroup]
    tops = (
        [sum(v or 0 for v in layer) for layer in zip(*(t.y for t in stacked), strict=True)]
        if stacked
        else [v for trace in traces for v in trace.y if v is not None]
    )
    low, high = axis.range or (0, max([*tops, 0]) * 1.04 or 1)
    scale = counted(float(low), float(high), lambda value: _number(value, axis))
    return Scale(place=lambda value: 1 - scale.place(value), ticks=scale.ticks)


def _number(value: float, axis: Any) -> str:
    return f"{value:.0%}" if axis.tickformat == ".0%" else f"{value:,g}{axis.ticksuffix or ''}"


def _drawn(chart: go.Figure, traces: Sequence[_Trace], x: Scale, y: Scale) -> Iterable[Mark]:
    levels: dict[Any, float] = {}
    before: list[tuple[float, float]] = []
    for trace in traces:
        if trace.kind == "bar":
            yield from _bars(trace, x, y, levels if chart.layout.barmode == "stack" else {}, chart)
        elif trace.kind == "heatmap":
            yield from _cells(trace, x, y)
        elif trace.of.stackgroup:
            base = [levels.get(at, 0) for at in trace.x]
            top = [low + (value or 0) for low, value in zip(base, trace.y, strict=True)]
            levels |= dict(zip(trace.x, top, strict=True))
            edge = [(x.place(at), y.place(value)) for at, value in zip(trace.x, top, strict=True)]
            floor = [(x.place(at), y.place(value)) for at, value in zip(trace.x, base, strict=True)]
            yield {"is": "area", "points": [*edge, *reversed(floor)], "fill": trace.of.fillcolor}
            yield {"is": "line", "points": edge, "stroke": trace.of.line.color, "width": 0.8}
        else:
            points = [
                None if value is None else (x.place(at), y.place(value))
                for at, value in zip(trace.x, trace.y, strict=True)
            ]
            edge = [point for point in points if point]
            if trace.of.fill == "tonexty":
                yield {"is": "area", "points": [*edge, *reversed(before)], "fill": trace.of.fillcolor}
            if "lines" in trace.of.mode and trace.of.line.width != 0:
                runs = [list(run) for is_there, run in groupby(points, bool) if is_there]
                width = (trace.of.line.width or 2) * POINTS
                yield from (
                    {"is": "line", "points": run, "stroke": trace.of.line.color, "width": width} for run in runs
                )
            yield from _points(trace, edge)
            before = edge


def _bars(trace: _Trace, x: Scale, y: Scale, levels: dict[Any, float], chart: go.Figure) -> Iterable[Mark]:
    gap = chart.layout.bargap or 0.35
    words = trace.of.text if trace.of.text is not None else [""] * len(trace.y)
    for name, value, colour, word in zip(trace.y, trace.x, trace.colours, words, strict=True):
        if value is None:
            continue
        begin = levels.get(name, 0)
        levels[name] = begin + value
        left, right = sorted((x.place(begin), x.place(begin + value)))
        step = 1 / len(y.ticks)
        yield {"is": "box", "x": left, "y": y.place(name) - step * (1 - gap) / 2, "width": right - left,
               "height": step * (1 - gap), "fill": colour}  # fmt: skip
        if word and trace.of.textposition == "inside":
            yield _words(word, (left + right) / 2, y.place(name), "center", trace.of.textfont.color or PAPER)
        elif word:
            is_left = value < 0
            yield _words(
                word,
                left if is_left else right,
                y.place(name),
                "right" if is_left else "left",
                trace.of.textfont.color or INK,
                shift=4,
            )


def _cells(trace: _Trace, x: Scale, y: Scale) -> Iterable[Mark]:
    scale = [colour for _, colour in trace.of.colorscale]
    most = float(trace.of.zmax or 1)
    for day, row in zip(trace.y, trace.of.z, strict=True):
        for hour, value in zip(trace.x, row, strict=True):
            colour = mixed(scale[-1], scale[1], float(value) / most) if value else scale[0]
            wide, high = 1 / len(trace.x), 1 / len(trace.y)
            yield {"is": "box", "x": x.place(hour) - wide * 0.48, "y": y.place(day) - high * 0.46, "width": wide * 0.96,
                   "height": high * 0.92, "fill": colour}  # fmt: skip


def _points(trace: _Trace, edge: list[tuple[float, float]]) -> Iterable[Mark]:
    of = trace.of
    if "markers" in of.mode:
        is_ring = (of.marker.symbol or "").endswith("open") or of.marker.color == "#00000000"
        colour = of.marker.color
        line = of.marker.line.color if of.marker.line.width else None
        for at, place in edge:
            yield {"is": "dot", "x": at, "y": place, "radius": (of.marker.size or 6) * POINTS / 2,
                   "fill": PAPER if is_ring else colour, "stroke": colour if is_ring else line or colour}  # fmt: skip
    if "text" in of.mode:
        anchor = "right" if str(of.textposition).endswith("left") else "left"
        for (at, place), word in zip(edge, of.text, strict=True):
            yield _words(word.strip(), at, place, anchor, of.textfont.color, shift=-6 if anchor == "right" else 6)


def _annotations(chart: go.Figure, x: Scale, y: Scale) -> Iterable[Mark]:
    for note in chart.layout.annotations:
        anchor = note.xanchor or "center"
        shift = {"left": 1, "right": -1}.get(anchor, 0) * max(abs(note.xshift or 0) * POINTS, 8)
        rise = float(note.yshift or 0) * POINTS
        yield _words(note.text, x.place(note.x), y.place(note.y), anchor, note.font.color, shift=shift, rise=rise)


def _words(text: str, x: float, y: float, anchor: str, fill: str, *, shift: float = 0, rise: float = 0) -> Mark:
    """`shift` in points to the right, where the words begin or end; `rise` in points upwards."""
    away = -abs(shift) if anchor == "right" else shift
    return {
        "is": "words",
        "x": x,
        "y": y,
        "dx": away,
        "dy": -rise,
        "anchor": anchor,
        "runs": _split(text),
        "fill": fill,
    }


def _split(text: str) -> list[tuple[str, bool]]:
    """`a <b>c</b>` → a plain run and a strong one."""
    parts = re.split(r"</?b>", text.replace("<br>", " "))
    return [(part, number % 2 == 1) for number, part in enumerate(parts) if part]


def _runs(text: str) -> str:
    return re.sub(r"</?b>", "", text)


def _cut(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
