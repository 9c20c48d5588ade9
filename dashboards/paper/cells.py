"""Cells of a list as words: each column's label, and its values in the form that `st.column_config` gives it on the page."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from dashboards.report import Listed
from dashboards.words import NOTHING

LONGEST = 90
"""Characters of a cell; longer ones are cut."""


def heads(listed: Listed) -> dict[str, str]:
    """The columns that are shown, with their labels."""
    columns = listed.columns or {name: name for name in listed.rows.columns}
    return {name: _label(name, config) for name, config in columns.items() if name in listed.rows.columns}


def lines(listed: Listed, most: int) -> list[list[str]]:
    """The first rows as words."""
    rows = listed.rows.head(most)
    shown = [[_form(listed.columns.get(name))(value) for value in rows[name].to_list()] for name in heads(listed)]
    return [list(cells) for cells in zip(*shown, strict=True)]


def numbers(listed: Listed) -> list[bool]:
    """Which of the columns shown hold numbers."""
    return [listed.rows.schema[name].is_numeric() for name in heads(listed)]


def _label(name: str, config: Any) -> str:
    label = config.get("label") if isinstance(config, Mapping) else config
    return label or name.replace("_", " ").capitalize()


def _form(config: Any) -> Callable[[Any], str]:
    kind: Mapping[str, Any] = (config.get("type_config") or {}) if isinstance(config, Mapping) else {}
    pattern = kind.get("format")

    def said(value: Any) -> str:
        if value is None:
            return NOTHING
        if kind.get("type") == "link":
            found = re.search(kind.get("display_text") or "(.*)", str(value))
            return found[1] if found else str(value)
        if isinstance(value, float | int) and not isinstance(value, bool):
            return _number(value, pattern)
        return _cut(_plain(value))

    return said


def _number(value: float, pattern: str | None) -> str:
    if pattern == "percent":
        return f"{value * 100:.1f} %".replace(".0 %", " %")
    if pattern and "%" in pattern:
        return pattern % value
    return f"{value:,.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{value:,}"


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, bool):
        return "Yes" if value else ""
    if isinstance(value, list | pl.Series):
        return ", ".join(map(str, value))
    return str(value)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
