"""A filled lake, its viewers, and pages run as Streamlit runs them."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from dashboards.access import TeamOfViewer, Viewer
from dashboards.data import open_lake
from dashboards.filters import Filters
from dashboards.layout import View
from tests.dashboards.lake import build
from tests.dashboards.made import TEAMS

ADMIN = Viewer(id=1, name="Maria Admin", role="admin")
AGENT = Viewer(id=2, name="Ada Brook", role="agent", teams=(TeamOfViewer(1, TEAMS[1]),))
TEAMLESS = Viewer(id=3, name="Nina New", role="agent")

Run = Callable[..., AppTest]
Direct = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture(scope="session")
def lake(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Root of a lake with 600 tickets; it lies in a folder whose name has a space."""
    return build(tmp_path_factory.mktemp("a lake") / "lake", tickets=600)


LACKING = ("fct_backlog_daily", "fct_sla_clocks", "fct_sla_facts", "fct_assignments", "fct_agent_daily", "fct_csat",
           "fct_time_entries", "fct_transitions", "fct_comments", "dim_root_causes", "dim_organisations")  # fmt: skip
"""What the lake `lacking` was not published with."""


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Root of a lake without tickets."""
    return build(tmp_path_factory.mktemp("empty") / "lake", tickets=0)


@pytest.fixture(scope="session")
def lacking(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Root of a lake in which the marts of LACKING are missing."""
    return build(tmp_path_factory.mktemp("lacking") / "lake", tickets=20, without=LACKING)


@pytest.fixture
def view(lake: str) -> Callable[..., View]:
    """What a page is given: of an admin, unless told otherwise; `narrowed` are fields of Filters."""

    def make(viewer: Viewer = ADMIN, root: str = lake, **narrowed: Any) -> View:
        found = open_lake(root)
        filters = Filters(today=found.today, **narrowed)
        return View(lake=found, viewer=viewer, filters=filters, web="http://localhost:8000")

    return make


@pytest.fixture
def run(lake: str) -> Run:
    """Run a page to its end, past the door; `query` is what stands in the URL."""

    def start(
        page: ModuleType, viewer: Viewer = ADMIN, root: str = lake, query: dict[str, Any] | None = None
    ) -> AppTest:
        def script(name: str, viewer: object, root: str) -> None:
            from importlib import import_module

            from api.settings import Settings
            from dashboards.frame import draw

            draw(import_module(name), Settings(lake_url=root), viewer)

        app = AppTest.from_function(script, kwargs={"name": page.__name__, "viewer": viewer, "root": root})
        for name, value in (query or {}).items():
            app.query_params[name] = value
        return app.run(timeout=60)

    return start


@pytest.fixture(scope="session")
def direct(lake: str) -> Direct:
    """Rows of a query straight over the lake's tables, with nobody's rights."""

    def ask(sql: str, *values: Any) -> list[tuple[Any, ...]]:
        from deltalake import DeltaTable

        with duckdb.connect() as conn:
            for folder in Path(lake).iterdir():
                conn.register(folder.name, DeltaTable(str(folder)).to_pyarrow_dataset())
            return conn.execute(sql, values).fetchall()

    return ask
