"""Run dbt on a warehouse, as the pipelines do, and read what it made."""

import os
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psycopg
from dbt.cli.main import dbtRunner
from psycopg.conninfo import conninfo_to_dict

PROJECT = Path(__file__).parents[2] / "dbt"


def dbt(warehouse_url: str, target: Path, *args: str) -> None:
    """Run `dbt <args>` on this warehouse; fails with what dbt says when it does."""
    known = conninfo_to_dict(warehouse_url)
    env = {
        "REDRESS_WAREHOUSE_HOST": str(known["host"]),
        "REDRESS_WAREHOUSE_PORT": str(known.get("port", 5432)),
        "REDRESS_WAREHOUSE_USER": str(known["user"]),
        "REDRESS_WAREHOUSE_PASSWORD": str(known.get("password", "")),
        "REDRESS_WAREHOUSE_DBNAME": str(known["dbname"]),
        "DBT_TARGET_PATH": str(target),
        "DBT_LOG_PATH": str(target),
    }
    place = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
    with patch.dict(os.environ, env):
        done = dbtRunner().invoke(["--quiet", "--no-use-colors", *args, *place])
    said = [f"{r.node.name}: {r.message}" for r in getattr(done.result, "results", []) if r.status in ("error", "fail")]
    assert done.success, said or done.exception


def contents(conn: psycopg.Connection[Any], schemas: tuple[str, ...] = ("marts",)) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of the schemas, sorted, columns in the order of their names; without the bookkeeping."""
    tables = conn.execute(
        """
        select table_schema, table_name, string_agg(format('%%I::text', column_name), ', ' order by column_name)
        from information_schema.columns
        where table_schema = any (%s) and table_name not in ('built', 'stale_sla_groups')
        group by 1, 2
        """,
        [list(schemas)],
    ).fetchall()
    return {
        f"{schema}.{table}": sorted(
            conn.execute(f"select {columns} from {schema}.{table}".encode()).fetchall(), key=repr
        )
        for schema, table, columns in tables
    }
