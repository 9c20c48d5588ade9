"""Run dbt on a warehouse, as the pipelines do, and read what it made."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

PROJECT = Path(__file__).parents[2] / "dbt"


def dbt(warehouse_url: str, target: Path, *args: str) -> str:
    """The output of `dbt <args>` on this warehouse; fails with it when dbt does."""
    known = conninfo_to_dict(warehouse_url)
    env = os.environ | {
        "REDRESS_WAREHOUSE_HOST": str(known["host"]),
        "REDRESS_WAREHOUSE_PORT": str(known.get("port", 5432)),
        "REDRESS_WAREHOUSE_USER": str(known["user"]),
        "REDRESS_WAREHOUSE_PASSWORD": str(known.get("password", "")),
        "REDRESS_WAREHOUSE_DBNAME": str(known["dbname"]),
        "DBT_TARGET_PATH": str(target),
        "DBT_LOG_PATH": str(target),
    }
    command = [str(Path(sys.executable).with_name("dbt")), "--quiet", "--no-use-colors", *args, "--profiles-dir", "."]
    done = subprocess.run(command, cwd=PROJECT, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    return done.stdout


def contents(conn: psycopg.Connection[Any], schemas: tuple[str, ...] = ("marts",)) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of the schemas, sorted, columns in the order of their names; without dbt's own tables."""
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
