"""From a page to its PDF."""

from collections.abc import Mapping, Sequence
from types import ModuleType

from api.clock import now
from dashboards.layout import View
from dashboards.paper.pdf import pdf
from dashboards.paper.unseen import draw_unseen


def printed(page: ModuleType, view: View, told: Sequence[tuple[str, str]], choices: Mapping[str, str]) -> bytes:
    """The page as its viewer sees it, drawn anew for paper. Call it from a thread that runs no Streamlit script."""
    return pdf(page.TITLE, page.QUESTION, told, draw_unseen(page, view, choices), now())
