"""What surrounds every page: its question, the shared choices, and what is wrong with the data."""

from types import ModuleType

from api.clock import now
from api.settings import Settings
from dashboards import filters, health
from dashboards.access import Viewer
from dashboards.data import open_lake
from dashboards.layout import View, named_warnings, opening


def draw(page: ModuleType, settings: Settings, viewer: Viewer) -> None:
    """Draw a page: a module with TITLE, QUESTION, `show`, and TAKES_FILTERS where it takes none."""
    opening(page.TITLE, page.QUESTION)
    with named_warnings():
        lake = open_lake(settings.lake)
        chosen = filters.bar(lake, viewer, is_off=not getattr(page, "TAKES_FILTERS", True))
        health.banner(lake, now())
        page.show(View(lake=lake, viewer=viewer, filters=chosen, web=settings.url))
