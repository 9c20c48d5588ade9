"""Every statement kept in a file fits the migrated schema and says what it is for."""

import contextlib
import re
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "api").glob("*/sql/*.sql"))
NAMED = re.compile(r"%\((\w+)\)s")
BLANKS = re.compile(r"/\*\w+\*/")


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parents[1].name}/{path.stem}")
def test_a_statement_prepares_against_the_schema(path: Path, database_url: str) -> None:
    names: list[str] = []

    def numbered(match: re.Match[str]) -> str:
        if match[1] not in names:
            names.append(match[1])
        return f"${names.index(match[1]) + 1}"

    text = NAMED.sub(numbered, BLANKS.sub("true", path.read_text())).replace("%%", "%")
    # psycopg sends a type with each value; the text alone need not tell it
    untold = contextlib.suppress(psycopg.errors.IndeterminateDatatype)
    with psycopg.connect(database_url, autocommit=True) as conn, untold:
        conn.execute(f"prepare statement as {text.strip().rstrip(';')}".encode())


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parents[1].name}/{path.stem}")
def test_a_statement_says_its_grain_its_locks_and_its_index(path: Path) -> None:
    header = "\n".join(line for line in path.read_text().splitlines() if line.startswith("--")).lower()
    assert "grain" in header and "lock" in header and "index" in header
