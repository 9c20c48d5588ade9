"""A filled lake, its viewers, and pages run as Streamlit runs them."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import pytest
import streamlit as st
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

    st.cache_data.clear()
    st.cache_resource.clear()
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
