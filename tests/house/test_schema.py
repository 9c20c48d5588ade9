"""What is described in `api/tables` is what the migrations make, and the log cannot be changed."""

import psycopg
import pytest
from alembic import command
from alembic.config import Config

from tests.house.test_files import ROOT


def alembic(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["url"] = url
    return config


def test_the_tables_described_are_the_tables_migrated(owner_url: str) -> None:
    command.check(alembic(owner_url))


@pytest.mark.parametrize(
    "statement", ["update audit_logs set action = 'x'", "delete from audit_logs", "truncate audit_logs"]
)
def test_the_log_refuses_change_even_to_its_owner(owner_url: str, statement: str) -> None:
    with psycopg.connect(owner_url) as conn:
        conn.execute(
            "insert into audit_logs (occurred_at, action, entity_type, actor_kind, visibility) "
            "values ('2026-11-24', 'skill.created', 'skill', 'system', 'internal')"
        )
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute(statement.encode())


@pytest.mark.parametrize("table", ["audit_logs", "audit_seals"])
def test_the_application_has_no_right_to_change_the_log(owner_url: str, table: str) -> None:
    with psycopg.connect(owner_url) as conn:
        rights = conn.execute(
            "select p from unnest(array['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) p "
            "where has_table_privilege('redress_app', %s, p)",
            [table],
        ).fetchall()
    assert rights == [("INSERT",)]


def test_every_foreign_key_has_an_index(owner_url: str) -> None:
    with psycopg.connect(owner_url) as conn:
        bare = conn.execute(
            """
            select c.conrelid::regclass::text, a.attname
            from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
            where c.contype = 'f' and a.attname not in ('created_by', 'updated_by')
              and not exists (select from pg_index i where i.indrelid = c.conrelid and i.indkey[0] = c.conkey[1])
            """
        ).fetchall()
    assert not bare
