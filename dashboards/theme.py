"""Colours and type of the figures: the tokens of the web app's stylesheet, in the scheme the browser shows."""

import re
from collections.abc import Mapping
from importlib.resources import files
from typing import Literal

import plotly.graph_objects as go
import streamlit as st

Scheme = Literal["light", "dark"]
Ink = Mapping[str, str]
"""Token of the stylesheet, without its dashes in front, to a colour as #RRGGBB."""

STATUSES = ("open", "assigned", "in_progress", "pending", "escalated")
"""Statuses of a ticket that waits, in the order of its life."""

PRIORITIES = ("critical", "high", "medium", "low")

_TOKEN = re.compile(r"--([\w-]+):\s*light-dark\((#\w{6}),\s*(#\w{6})\)")

_PRIORITY_TOKENS = {"critical": "danger", "high": "high-ink", "medium": "text", "low": "muted"}

FONT = '"Source Sans", system-ui, sans-serif'


def inks(css: str) -> dict[Scheme, Ink]:
    """The tokens of both schemes, out of the stylesheet's `--name: light-dark(a, b)`."""
    found = _TOKEN.findall(css)
    return {"light": {name: light for name, light, _ in found}, "dark": {name: dark for name, _, dark in found}}


INKS = inks((files("api") / "web/static/css/app.css").read_text())


def scheme() -> Scheme:
    """What the browser shows now."""
    return "dark" if st.context.theme.type == "dark" else "light"


def of_status(ink: Ink, status: str) -> str:
    return ink[f"{status.replace('_', '-')}-ink"]


def of_priority(ink: Ink, priority: str) -> str:
    return ink[_PRIORITY_TOKENS[priority]]


def contrast(one: str, other: str) -> float:
    """Contrast of two colours after WCAG 2.2, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def mixed(colour: str, ground: str, part: float) -> str:
    """`part` of the colour over the ground: opaque, so that layers do not add up."""
    pairs = zip(_channels(colour), _channels(ground), strict=True)
    return "#" + "".join(f"{round(over * part + under * (1 - part)):02X}" for over, under in pairs)


def _channels(colour: str) -> list[int]:
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


def _luminance(colour: str) -> float:
    parts = [channel / 255 for channel in _channels(colour)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def template(ink: Ink) -> go.layout.Template:
    """A quiet ground: no frame, thin lines only where a value is read off, text in the page's own colours."""
    axis = {
        "showgrid": False,
        "zeroline": False,
        "linecolor": ink["line"],
        "tickcolor": ink["line"],
        "tickfont": {"color": ink["muted"], "size": 12},
        "title": {"font": {"color": ink["muted"], "size": 12}, "standoff": 8},
        "automargin": True,
    }
    return go.layout.Template(
        layout={
            "font": {"family": FONT, "size": 13, "color": ink["text"]},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "colorway": [ink[name] for name in CATEGORICAL],
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "showlegend": False,
            "bargap": 0.35,
            "hoverlabel": {
                "bgcolor": ink["surface"],
                "bordercolor": ink["line"],
                "font": {"family": FONT, "color": ink["text"], "size": 13},
            },
            "xaxis": axis,
            "yaxis": {**axis, "gridcolor": ink["line"], "gridwidth": 1, "ticklabelstandoff": 6},
        }
    )


CATEGORICAL = ("accent", "note-edge", "in-progress-ink", "escalated-ink", "assigned-ink", "edge")
"""Colours of things that have none of their own."""
