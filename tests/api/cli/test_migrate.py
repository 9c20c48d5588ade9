"""What `redress migrate` says when a database is not as it should be, and that it is then left alone."""

import psycopg
import pytest
from msgspec.structs import replace

from api.cli.migrate import migrate
from api.servers.migrations import current, newest
from api.servers.processes import StartError
from api.settings import Settings


def test_a_migrated_database_gets_the_default_policies_once(settings: Settings) -> None:
    for _ in range(2):
        migrate(settings)
        with psycopg.connect(settings.database_url) as conn:
            assert conn.execute("select count(*) from sla_policies").fetchall() == [(4,)]


def test_a_revision_nobody_knows_is_refused(settings: Settings, owner_url: str) -> None:
    with psycopg.connect(owner_url) as conn:
        conn.execute("update alembic_version set version_num = '9999'")
    with pytest.raises(StartError, match=r"9999.*does not know"):
        migrate(settings)
    assert current(owner_url) == "9999"


def test_tables_of_somebody_else_are_left_alone(settings: Settings, warehouse_url: str) -> None:
    with psycopg.connect(warehouse_url) as conn:
        conn.execute("create table public.theirs ()")
    with pytest.raises(StartError, match="not ours"):
        migrate(replace(settings, owner_url=warehouse_url))
    assert current(warehouse_url) is None


def test_a_migration_that_fails_says_where_the_schema_stands(settings: Settings, owner_url: str) -> None:
    # The last migration finds its work half done: as after somebody helped by hand.
    with psycopg.connect(owner_url) as conn:
        conn.execute("update alembic_version set version_num = '0001'")
    with pytest.raises(StartError, match=rf"revision 0001 of {newest()}.*already exists"):
        migrate(settings)
    assert current(owner_url) == "0001"


def test_a_database_that_is_away_is_said_by_name(settings: Settings) -> None:
    with pytest.raises(StartError, match="Database away cannot be reached"):
        migrate(replace(settings, owner_url="postgresql://nobody@127.0.0.1:1/away"))
