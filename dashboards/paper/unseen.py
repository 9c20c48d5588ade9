"""A page drawn with nobody looking: no browser, no session, the inks of paper."""

import logging
from collections.abc import Mapping
from types import ModuleType

import msgspec

from dashboards.layout import View, named_warnings
from dashboards.report import Notes, noting

# Streamlit says of every element that nobody looks; here that is meant.
logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context").addFilter(
    lambda record: "missing ScriptRunContext" not in record.msg
)


def draw_unseen(page: ModuleType, view: View, choices: Mapping[str, str]) -> Notes:
    """What the page says to the viewer of `view`. Call it from a thread that runs no Streamlit script."""
    unseen = View(**msgspec.structs.asdict(view) | {"is_on_paper": True, "choices": choices})
    with noting() as noted, named_warnings():
        page.show(unseen)
    return noted
