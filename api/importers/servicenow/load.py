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
from api.importers.servicenow.proof import Proof, differences_csv, print_proof, prove, rejected_csv
from api.importers.servicenow.read import Parsed, Unreadable, read_file
from api.servers.processes import StartError
from api.settings import Settings

_AGAIN = (
    "Every incident that was written is whole, and none is half there. {} and run the same command again: "
    "it goes on where it stopped."
)
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
    except OSError as error:
        raise StartError(
            f"{error.filename or 'A report'} cannot be written: {error.strerror}. {_AGAIN.format('Make room for it')}"
        ) from error
    except psycopg.OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        raise StartError(f"The database broke off: {reason}. {_AGAIN.format('See that it runs')}") from error


def _import(settings: Settings, file: Path, time_zone: str | None) -> int:
    begin, at = time.monotonic(), now()
    with open_import(settings.database_url) as conn:
        zone = time_zone or _installed_zone(conn)
        conn.commit()
        parsed = read_file(file, zone, at)
        print(
            f"{file.name}: {parsed.lines:,} lines, {parsed.incidents:,} incidents, times of {zone}"
            f"; {len(parsed.refusals):,} lines cannot be taken",
            flush=True,
        )
        path = _report(settings, file, "rejected", rejected_csv(parsed.refusals))
        print(f"what cannot be taken, line by line: {path}")
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
        path = _report(settings, file, "sla-differences", differences_csv(proof))
        print(f"whose SLA is judged differently, and why: {path}")
        conn.execute(_FINISHED, {"now": at, "values": _finished(file, zone, parsed, proof)})
        conn.commit()
    if proof.holds:
        print("The proof holds: all that the file tells is here.")
        return 0
    print("The proof does not hold: see the figures marked DIFFERS. Incidents that were here already were not touched.")
    return 1


def _report(settings: Settings, file: Path, kind: str, text: str) -> Path:
    """Write a whole CSV for somebody to read, over the one of the run before."""
    path = settings.home / "imports" / f"{file.name.split('.')[0]}.{kind}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".new")
    try:
        unfinished.write_text(text, encoding="utf-8", newline="")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path


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
