"""`redress import servicenow`: read the whole file, write what is not there yet, prove it, and say so."""

import hashlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import psycopg

from api.clock import now
from api.importers.load import ImportRefused, Loaded, load, open_import
from api.importers.servicenow.history import history_of
from api.importers.servicenow.policies import ensure_policies
from api.importers.servicenow.proof import Proof, print_proof, prove, write_differences, write_rejected
from api.importers.servicenow.read import Parsed, Unreadable, read_file
from api.servers.processes import StartError
from api.settings import Settings

_FINISHED = """
insert into audit_logs (occurred_at, action, entity_type, actor_kind, new_values, visibility)
select %(now)s, 'import.finished', 'import', 'system', %(values)s::jsonb, 'internal'
where not exists (select from audit_logs where action = 'import.finished' and new_values = %(values)s::jsonb)
"""


class Finished(msgspec.Struct, frozen=True, kw_only=True):
    """What `import.finished` tells. Said once, however often the same file is imported with the same result."""

    source: str = "servicenow"
    file_sha256: str
    time_zone: str
    incidents: int
    incidents_taken: int
    lines: int
    lines_taken: int
    is_proved: bool


def import_file(settings: Settings, file: Path, time_zone: str | None) -> int:
    """Import the file and print the proof. Times are of `time_zone`, of the installation's if None.

    Exit code 0 when the proof holds, 1 when it does not or when the import could not be done; then a sentence says what to do.
    """
    try:
        return _import(settings, file, time_zone)
    except (Unreadable, ImportRefused) as error:
        raise StartError(f"{error} Nothing was imported.") from error
    except psycopg.errors.DiskFull as error:
        raise StartError(f"The database's disk is full. {_AGAIN.format('Free some space')}") from error
    except psycopg.OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        raise StartError(f"The database broke off: {reason}. {_AGAIN.format('See that it runs')}") from error


_AGAIN = "Every incident that was written is whole, and none is half there. {} and run the same command again: it goes on where it stopped."


def _import(settings: Settings, file: Path, time_zone: str | None) -> int:
    begin, at = time.monotonic(), now()
    with open_import(settings.database_url) as conn:
        zone = time_zone or _installed_zone(conn)
        parsed = read_file(file, zone, at)
        print(
            f"{file.name}: {parsed.lines:,} lines, {parsed.incidents:,} incidents, times of {zone}"
            f"; {len(parsed.refusals):,} lines cannot be taken",
            flush=True,
        )
        reports = _Reports(settings.home / "imports", file)
        reports.rejected(parsed)
        if parsed.rows.is_empty():
            print("No line could be taken, so nothing was imported.")
            return 1
        ensure_policies(conn)
        loaded = load(conn, history_of(parsed.rows), at, _progress(parsed, begin))
        print(
            f"{loaded.tickets:,} incidents written, {loaded.tickets_known:,} were there already "
            f"({time.monotonic() - begin:.1f} s)\n"
        )
        proof = prove(conn, parsed)
        print_proof(proof)
        reports.differences(proof)
        conn.execute(_FINISHED, {"now": at, "values": _finished(file, zone, parsed, proof)})
        conn.commit()
    if proof.holds:
        print("The proof holds: all that the file tells is here.")
        return 0
    print("The proof does not hold: see the figures marked DIFFERS.")
    return 1


class _Reports:
    """Where what did not go through is written, for somebody to read."""

    def __init__(self, folder: Path, file: Path) -> None:
        self._folder = folder
        self._stem = file.name.split(".")[0]

    def rejected(self, parsed: Parsed) -> None:
        path = self._path("rejected")
        write_rejected(path, parsed.refusals)
        if parsed.refusals:
            print(f"lines that cannot be taken, and why: {path}")

    def differences(self, proof: Proof) -> None:
        path = self._path("sla-differences")
        write_differences(path, proof)
        print(f"\nincidents whose SLA is judged differently, and why: {path}")

    def _path(self, kind: str) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        return self._folder / f"{self._stem}.{kind}.csv"


def _installed_zone(conn: psycopg.Connection[Any]) -> str:
    row = conn.execute("select value #>> '{}' from installation_settings where name = 'time_zone'").fetchone()
    return str(row[0]) if row else "UTC"


def _progress(parsed: Parsed, begin: float) -> Callable[[Loaded], None]:
    taken = parsed.rows["number"].n_unique()

    def told(loaded: Loaded) -> None:
        done = loaded.tickets + loaded.tickets_known
        print(
            f"{done:,} of {taken:,} incidents, {loaded.events:,} events ({time.monotonic() - begin:.1f} s)", flush=True
        )

    return told


def _finished(file: Path, zone: str, parsed: Parsed, proof: Proof) -> str:
    said = Finished(
        file_sha256=hashlib.sha256(file.read_bytes()).hexdigest(),
        time_zone=zone,
        incidents=parsed.incidents,
        incidents_taken=parsed.rows["number"].n_unique(),
        lines=parsed.lines,
        lines_taken=len(parsed.rows),
        is_proved=proof.holds,
    )
    return msgspec.json.encode(said).decode()
