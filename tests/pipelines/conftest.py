"""A log and a warehouse, open, on databases of the test's own."""

from collections.abc import Generator

import psycopg
import pytest

from api.settings import Settings
from pipelines.product import open_product
from pipelines.warehouse import Connection, open_warehouse


@pytest.fixture
def log(warehouse_settings: Settings) -> Generator[Connection]:
    """The product's database as ingest reads it."""
    with open_product(warehouse_settings) as conn:
        yield conn


@pytest.fixture
def warehouse(warehouse_settings: Settings) -> Generator[Connection]:
    """The warehouse with schema `raw`."""
    with open_warehouse(warehouse_settings) as conn:
        yield conn


@pytest.fixture
def writer(owner_url: str) -> Generator[Connection]:
    """Writes rows of the log and of tables by hand, in autocommit."""
    with psycopg.connect(owner_url, autocommit=True, options="-c timezone=UTC") as conn:
        yield conn
