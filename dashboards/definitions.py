"""What the numbers mean: the marts' columns as their contracts describe them, and how metrics were decided."""

from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import yaml

DBT = Path(__file__).parents[1] / "dbt"


@cache
def columns() -> pl.DataFrame:
    """One row per column of a published table: table, what a row of it is, column, type, meaning."""
    rows: list[dict[str, str]] = []
    for file in sorted((DBT / "models" / "marts").glob("*.yml")):
        content: dict[str, Any] = yaml.safe_load(file.read_text()) or {}
        for model in content.get("models", []):
            rows += [
                {
                    "table": model["name"],
                    "grain": model["description"].strip(),
                    "column": column["name"],
                    "type": column["data_type"],
                    "meaning": column["description"].strip(),
                }
                for column in model["columns"]
            ]
    return pl.DataFrame(rows).sort("table", maintain_order=True)


@cache
def metrics() -> pl.DataFrame:
    """One row per metric whose definition was weighed against others: metric, definition, why."""
    lines = [line for line in (DBT / "DECISIONLOG.md").read_text().splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    first = next(number for number, row in enumerate(cells) if row[0] == "metric")
    table = [row for row in cells[first + 1 :] if len(row) == 3]
    return pl.DataFrame(table, schema=["metric", "definition", "why"], orient="row")
