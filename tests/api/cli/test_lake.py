"""`redress sql`: every mart is a view, at the version that was published."""

import io
from pathlib import Path

import pytest

from api.cli.main import main
from tests.dashboards.lake import build


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> str:
    return build(tmp_path_factory.mktemp("a lake") / "lake", tickets=50)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, lake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDRESS_HOME", str(tmp_path))
    monkeypatch.setenv("REDRESS_LAKE_URL", lake)


def test_a_question_is_answered_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sql", "--csv", "select count(*) as n from fct_tickets"]) == 0
    assert capsys.readouterr().out == "n\n50\n"
    assert main(["sql", "select count(*) as tickets from fct_tickets"]) == 0
    assert "tickets" in capsys.readouterr().out


def test_every_published_mart_is_a_view(capsys: pytest.CaptureFixture[str], lake: str) -> None:
    assert main(["sql", "--csv", "show tables"]) == 0
    views = set(capsys.readouterr().out.split()[1:])
    assert views == {path.name for path in Path(lake).iterdir() if path.name.startswith(("fct_", "dim_"))}


def test_a_wrong_question_is_said_and_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sql", "select nothing from nowhere"]) == 1
    assert "nowhere" in capsys.readouterr().err


def test_statements_are_read_from_standard_input(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("select 1 as one;\nselect\n2 as two;\n"))
    assert main(["sql", "--csv"]) == 0
    assert capsys.readouterr().out == "one\n1\ntwo\n2\n"


def test_without_a_lake_it_says_what_to_do(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("REDRESS_LAKE_URL", str(tmp_path / "nothing"))
    assert main(["sql", "select 1"]) == 1
    assert "redress warehouse build" in capsys.readouterr().err
