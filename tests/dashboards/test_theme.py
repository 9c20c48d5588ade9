"""The dashboards wear the web app's colours."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from dashboards import theme

ROOT = Path(__file__).parents[2]
CONFIG = tomllib.loads((ROOT / "dashboards" / ".streamlit" / "config.toml").read_text())

TOKENS = {
    "primaryColor": "accent", "backgroundColor": "canvas", "secondaryBackgroundColor": "surface", "textColor": "text",
    "linkColor": "accent", "borderColor": "line", "dataframeBorderColor": "line", "dataframeHeaderBackgroundColor": "sunken",
    "redColor": "danger", "orangeColor": "high-ink", "yellowColor": "note-label", "blueColor": "accent",
    "greenColor": "resolved-ink", "violetColor": "assigned-ink", "grayColor": "muted", "redBackgroundColor": "escalated-ground",
    "orangeBackgroundColor": "high-ground", "yellowBackgroundColor": "pending-ground", "blueBackgroundColor": "open-ground",
    "greenBackgroundColor": "resolved-ground", "violetBackgroundColor": "assigned-ground", "grayBackgroundColor": "closed-ground",
    "grayTextColor": "muted",
}  # fmt: skip

each_scheme = pytest.mark.parametrize("scheme", ["light", "dark"])


@each_scheme
def test_every_colour_of_the_theme_is_a_token_of_the_stylesheet(scheme: theme.Scheme) -> None:
    ink, found = theme.INKS[scheme], CONFIG["theme"][scheme]
    assert {name: found[name] for name in TOKENS} == {name: ink[token] for name, token in TOKENS.items()}
    assert found["chartCategoricalColors"] == [ink[name] for name in theme.CATEGORICAL]
    assert found["sidebar"] == {"backgroundColor": ink["surface"], "secondaryBackgroundColor": ink["canvas"]}
    named = {*TOKENS, "chartCategoricalColors", "sidebar"}
    assert set(found) == named


@each_scheme
def test_statuses_and_priorities_have_the_colour_they_have_in_the_web_app(scheme: theme.Scheme) -> None:
    ink = theme.INKS[scheme]
    assert [theme.of_status(ink, status) for status in theme.STATUSES] == [
        ink[name] for name in ("open-ink", "assigned-ink", "in-progress-ink", "pending-ink", "escalated-ink")
    ]
    assert [theme.of_priority(ink, p) for p in theme.PRIORITIES] == [
        ink[n] for n in ("danger", "high-ink", "text", "muted")
    ]


@each_scheme
def test_colours_can_be_told_from_the_ground(scheme: theme.Scheme) -> None:
    """WCAG 2.2: a part of a figure needs 3 to 1."""
    ink = theme.INKS[scheme]
    drawn = [theme.of_status(ink, s) for s in theme.STATUSES] + [theme.of_priority(ink, p) for p in theme.PRIORITIES]
    for colour in [*drawn, *(ink[name] for name in theme.CATEGORICAL)]:
        assert theme.contrast(colour, ink["canvas"]) >= 3


def test_contrast_is_that_of_wcag() -> None:
    assert theme.contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert theme.contrast("#1D5BB8", "#FFFFFF") == pytest.approx(6.5, abs=0.1)


def test_nothing_is_sent_home_and_tables_are_downloaded_our_way() -> None:
    settings: dict[str, Any] = CONFIG
    assert settings["browser"]["gatherUsageStats"] is False
    assert settings["client"] == {"toolbarMode": "minimal", "showErrorDetails": "none", "disableDataExport": True}
