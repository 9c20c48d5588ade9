"""The shape of the house: short files, silent `__init__`s, import rules that hold."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("api", "pipelines", "dbt", "dashboards", "migrations", "tests")
TOP_LEVEL = {*ROOMS, "pyproject.toml", "compose.yaml", "README.md", "uv.lock", "LICENSE"}
MAX_LINES = 400
LONG_BY_NATURE = {"api/auth/common_passwords.txt"}


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True)
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def test_no_file_is_longer_than_a_person_reads() -> None:
    suffixes = {".py", ".sql", ".html", ".js", ".css", ".yml", ".md"}
    long = {
        str(path.relative_to(ROOT)): count
        for path in tracked()
        if path.suffix in suffixes and (count := len(path.read_text().splitlines())) > MAX_LINES
    }
    assert not long


def test_an_init_holds_one_docstring_and_nothing_else() -> None:
    talkative = [
        str(path.relative_to(ROOT))
        for path in tracked()
        if path.name == "__init__.py" and not _is_one_docstring(ast.parse(path.read_text()))
    ]
    assert not talkative


def test_nothing_but_the_card_lies_at_the_top_level() -> None:
    entries = {path.relative_to(ROOT).parts[0] for path in tracked()}
    assert {entry for entry in entries if not entry.startswith(".")} <= TOP_LEVEL


def test_the_project_stands_alone() -> None:
    foreign = "../" + "shared"
    names = [
        str(path)
        for path in tracked()
        if path.suffix in {".py", ".md", ".toml", ".sql"} and foreign in path.read_text()
    ]
    assert not names


def test_nobody_imports_what_the_house_forbids() -> None:
    found = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports"))], cwd=ROOT, capture_output=True, text=True
    )
    assert found.returncode == 0, found.stdout[-3000:]


@pytest.mark.parametrize("room", ROOMS[:-1])
def test_each_room_opens_with_a_page_that_explains_it(room: str) -> None:
    text = (ROOT / room / "README.md").read_text()
    assert 5 <= len(text.splitlines()) <= 120


def _is_one_docstring(module: ast.Module) -> bool:
    return len(module.body) <= 1 and all(isinstance(node, ast.Expr) for node in module.body)
