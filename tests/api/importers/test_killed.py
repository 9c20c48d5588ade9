"""Killed half-way, an import leaves whole tickets; run again, it goes on where it was."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg

from api.importers.servicenow.history import CHUNK
from api.importers.servicenow.load import import_file
from api.settings import Settings
from tests.api.importers.incidents import counts, row, written
from tests.replay import assert_log_is_the_state

ROOT = Path(__file__).parents[3]
CHUNKS = 5


def many(folder: Path) -> Path:
    """A log of five chunks of incidents, three lines each."""
    lines = []
    for n in range(CHUNKS * CHUNK):
        number, minute = f"{n:07}", f"{n % 60:02}"
        for state, at in (("Active", "1/3/2016 11"), ("Resolved", "1/3/2016 15"), ("Closed", "5/3/2016 12")):
            lines.append(row(state, f"{at}:{minute}", number=number, assigned_to=str(n % 20), caller_id=str(n % 500)))
    return written(folder, *lines)


def killed_after_a_chunk(settings: Settings, file: Path) -> None:
    """Run the import in a process of its own and kill it as soon as it has told of its first chunk."""
    env = os.environ | {"REDRESS_HOME": str(settings.home), "REDRESS_DATABASE_URL": settings.database_url}
    command = [sys.executable, "-m", "api.cli.main", "import", "servicenow", str(file), "--time-zone", "UTC"]
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        for line in child.stdout:
            if line.startswith(f"{CHUNK:,} of {CHUNKS * CHUNK:,} incidents"):
                child.send_signal(signal.SIGKILL)
        assert child.wait() == -signal.SIGKILL


def test_killed_between_chunks_it_goes_on_and_doubles_nothing(settings: Settings, tmp_path: Path) -> None:
    file = many(tmp_path)
    killed_after_a_chunk(settings, file)
    half = counts(settings.database_url)["tickets"]
    assert half % CHUNK == 0
    assert 0 < half < CHUNKS * CHUNK
    assert_log_is_the_state(settings.database_url)
    assert import_file(settings, file, "UTC") == 0
    whole = counts(settings.database_url)
    assert (whole["tickets"], whole["sla_clocks"]) == (CHUNKS * CHUNK, CHUNKS * CHUNK)
    with psycopg.connect(settings.database_url) as conn:
        doubled = conn.execute(
            "select ticket_id from audit_logs where action = 'ticket.created' group by ticket_id having count(*) > 1"
        ).fetchall()
    assert doubled == []
    assert_log_is_the_state(settings.database_url)
    assert import_file(settings, file, "UTC") == 0
    assert counts(settings.database_url) == whole
