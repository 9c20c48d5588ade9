"""What cannot be imported is refused in a sentence, and leaves nothing behind."""

import gzip
import os
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from msgspec.structs import replace

from api.cli.main import main
from api.importers.load import ImportRefused, open_import
from api.importers.servicenow.load import import_file
from api.servers.processes import StartError
from api.settings import Settings
from tests.api.importers.incidents import COLUMNS, counts, row, written

CLOSED = row("Closed", "5/3/2016 12:00")


def no_gzip(folder: Path) -> Path:
    return written(folder, CLOSED).rename(folder / "incidents.csv.gz")


def cut_off(folder: Path) -> Path:
    whole = gzip.compress(written(folder, *[CLOSED | {"number": str(n)} for n in range(999)]).read_bytes())
    return saved(folder / "cut.csv.gz", whole[: len(whole) // 2])


def damaged(folder: Path) -> Path:
    whole = bytearray(gzip.compress(written(folder, CLOSED).read_bytes()))
    whole[15:40] = bytes(25)
    return saved(folder / "damaged.csv.gz", bytes(whole))


def saved(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


FILES: dict[str, tuple[Callable[[Path], Path], str]] = {
    "missing": (lambda folder: folder / "nowhere.csv", "There is no file .*nowhere.csv"),
    "folder": (lambda folder: folder, "cannot be read: .*directory"),
    "empty": (lambda folder: saved(folder / "a.csv", b""), "a.csv is empty"),
    "binary": (lambda folder: saved(folder / "a.csv", bytes(range(256)) * 50), "a.csv is no (text in UTF-8|CSV file)"),
    "not gzip": (no_gzip, "is not a gzip file, though its name says so"),
    "cut off": (cut_off, "cut.csv.gz cannot be read"),
    "damaged": (damaged, "damaged.csv.gz cannot be read"),
    "open quote": (lambda folder: saved(folder / "a.csv", written(folder, CLOSED).read_bytes() + b'"x'), "no CSV file"),
    "other columns": (lambda folder: written(folder, columns=COLUMNS[:5]), "lacks the columns .*sys_updated_at"),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_is_no_log_is_refused(settings: Settings, database_url: str, tmp_path: Path, kind: str) -> None:
    make, sentence = FILES[kind]
    before = counts(database_url)
    with pytest.raises(StartError, match=rf"{sentence}.*Nothing was imported"):
        import_file(settings, make(tmp_path), "UTC")
    assert counts(database_url) == before


@pytest.mark.parametrize("zone", ["Atlantis/Poseidonis", "Europe", "../../etc/passwd", "/etc/localtime"])
def test_a_zone_that_there_is_not_is_refused(settings: Settings, database_url: str, tmp_path: Path, zone: str) -> None:
    before = counts(database_url)
    with pytest.raises(StartError, match=r"There is no time zone .* name one like Europe/Rome"):
        import_file(settings, written(tmp_path, CLOSED), zone)
    assert counts(database_url) == before


def test_a_database_that_is_not_migrated_is_refused(settings: Settings, warehouse_url: str, tmp_path: Path) -> None:
    with pytest.raises(StartError, match="not migrated; run `redress migrate` first"):
        import_file(replace(settings, database_url=warehouse_url), written(tmp_path, CLOSED), "UTC")


def test_an_older_schema_and_somebody_elses_are_refused(settings: Settings, superuser_url: str, tmp_path: Path) -> None:
    for revision, sentence in (("0001", "at revision 0001, not .* run `redress migrate`"), ("abc", "does not know")):
        with psycopg.connect(superuser_url) as conn:
            conn.execute("update alembic_version set version_num = %s", [revision])
        with pytest.raises(StartError, match=sentence):
            import_file(settings, written(tmp_path, CLOSED), "UTC")


def test_a_database_that_is_away_is_said(settings: Settings, tmp_path: Path) -> None:
    away = replace(settings, database_url="postgresql://nobody@127.0.0.1:1/away")
    with pytest.raises(StartError, match="cannot be reached"):
        import_file(away, written(tmp_path, CLOSED), "UTC")


def test_a_second_import_waits_for_the_first_ones_end(settings: Settings, database_url: str) -> None:
    with open_import(database_url):
        second = open_import(database_url)
        with pytest.raises(ImportRefused, match="Another import is running"):
            second.__enter__()
    with open_import(database_url) as conn:
        assert not conn.closed


def test_a_full_disk_of_the_database_is_said(settings: Settings, superuser_url: str, tmp_path: Path) -> None:
    # PostgreSQL raises what it raises when a file cannot be extended
    with psycopg.connect(superuser_url) as conn:
        conn.execute(
            "create function full_disk() returns trigger language plpgsql as "
            "$$ begin raise exception 'could not extend file' using errcode = 'disk_full'; end $$"
        )
        conn.execute("create trigger full_disk before insert on sla_clocks execute function full_disk()")
    with pytest.raises(StartError, match=r"disk is full.*Free some space and run the same command again"):
        import_file(settings, written(tmp_path, CLOSED), "UTC")
    assert counts(settings.database_url)["tickets"] == 0
    with psycopg.connect(superuser_url) as conn:
        conn.execute("drop trigger full_disk on sla_clocks")
    assert import_file(settings, written(tmp_path, CLOSED), "UTC") == 0


def test_a_report_that_cannot_be_written_is_said_before_anything_is(settings: Settings, tmp_path: Path) -> None:
    (settings.home / "imports").write_text("in the way")
    with pytest.raises(StartError, match=r"imports.*cannot be written.*run the same command again"):
        import_file(settings, written(tmp_path, CLOSED), "UTC")
    assert counts(settings.database_url)["tickets"] == 0


def test_the_command_says_it_and_ends_with_one(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(os.environ, "REDRESS_DATABASE_URL", settings.database_url)
    assert main(["import", "servicenow", "nowhere.csv", "--home", str(settings.home)]) == 1
    assert capsys.readouterr().err == "redress: There is no file nowhere.csv. Nothing was imported.\n"
