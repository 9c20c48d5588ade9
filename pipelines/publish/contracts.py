"""What the marts promise, read from dbt's contracts: the only columns that reach the lake, in their order."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import yaml

from pipelines.lake import MONTH
from pipelines.warehouse import Connection, columns_of, kind_of

MARTS = Path(__file__).parents[2] / "dbt" / "models" / "marts"

_DAYS = ("day", "created_day", "from_day", "started_day")
"""The column that places a fact in a month: the first of these that it has."""

_NAMES = {
    "bigint": "int8",
    "integer": "int4",
    "smallint": "int2",
    "boolean": "bool",
    "double precision": "float8",
    "timestamp with time zone": "timestamptz",
    "bigint[]": "int8[]",
}
"""SQL's name of a type → PostgreSQL's own, where they differ."""


class Contract(msgspec.Struct, frozen=True, kw_only=True):
    """One mart: its columns with PostgreSQL's types. `day`: the date that gives a row's month; None: one small table."""

    name: str
    description: str
    columns: dict[str, str]
    day: str | None

    @property
    def is_batched(self) -> bool:
        """Each row says which batch changed it last."""
        return "_batch" in self.columns

    @property
    def schema(self) -> pl.Schema:
        """The lake's columns: the mart's, and the month of those that have one."""
        columns = {name: kind_of(kind) for name, kind in self.columns.items()}
        return pl.Schema(columns | ({MONTH: pl.String()} if self.day else {}))


class BrokenContract(Exception):
    """A mart lacks what its contract promises. The message is a sentence."""


def contracts(folder: Path = MARTS) -> list[Contract]:
    """Every mart's contract, by name."""
    return sorted(_read(folder), key=lambda contract: contract.name)


def _read(folder: Path) -> Iterator[Contract]:
    for file in sorted(folder.glob("*.yml")):
        content: dict[str, Any] = yaml.safe_load(file.read_text()) or {}
        for model in content.get("models", []):
            columns = {column["name"]: _postgres_name(column["data_type"]) for column in model["columns"]}
            day = next((name for name in _DAYS if name in columns), None) if model["name"].startswith("fct_") else None
            yield Contract(name=model["name"], description=model["description"].strip(), columns=columns, day=day)


def _postgres_name(kind: str) -> str:
    return _NAMES.get(kind, kind)


def check_contract(conn: Connection, contract: Contract) -> None:
    """Raise BrokenContract when the mart as built lacks a column, or has it in another type."""
    if conn.execute("select to_regclass(%s)", [f"marts.{contract.name}"]).fetchone() == (None,):
        raise BrokenContract(f"The mart {contract.name} was not built.")
    built = dict(columns_of(conn, f"select * from marts.{contract.name}"))
    for name, kind in contract.columns.items():
        if built.get(name) != kind:
            raise BrokenContract(f"{contract.name}.{name} is {built.get(name, 'missing')}; its contract says {kind}.")
