"""The product's schema: which revision a database has, and bringing it to the newest."""

from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

FOLDER = Path(__file__).parents[2] / "migrations"


def newest() -> str:
    """The revision this code expects."""
    return str(ScriptDirectory(str(FOLDER)).get_current_head())


def current(url: str) -> str | None:
    """The database's revision; None when no migration ran there. Raises psycopg.Error when it cannot be asked."""
    with psycopg.connect(url, connect_timeout=5) as conn:
        found = conn.execute("select to_regclass('public.alembic_version') is not null").fetchone()
        if found is None or not found[0]:
            return None
        row = conn.execute("select version_num from alembic_version").fetchone()
    return None if row is None else str(row[0])


def is_known(revision: str) -> bool:
    """Whether a revision is one of ours."""
    return revision in {step.revision for step in ScriptDirectory(str(FOLDER)).walk_revisions()}


def is_empty(url: str) -> bool:
    """Whether a database holds no table of anybody's."""
    with psycopg.connect(url, connect_timeout=5) as conn:
        row = conn.execute(
            "select count(*) from pg_tables where schemaname not in ('pg_catalog', 'information_schema')"
        ).fetchone()
    return row is not None and row[0] == 0


def upgrade(url: str) -> None:
    """Run what is missing, as `redress_owner`, each migration in a transaction of its own."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["url"] = url
    command.upgrade(config, "head")
