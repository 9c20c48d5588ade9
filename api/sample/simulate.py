"""`redress simulate`: more tickets with their whole histories, through the loader of imports."""

import time
from collections.abc import Callable

import psycopg

from api.clock import now
from api.importers.load import ImportRefused, Loaded, load, open_import
from api.sample.defaults import ensure_defaults
from api.sample.history import make_history
from api.servers.processes import StartError
from api.settings import Settings


def simulate(settings: Settings, tickets: int, days: int, seed: int) -> int:
    """Write `tickets` made-up tickets of the last `days` days and say so; those of this seed that are there stay as they are.

    Returns the exit code 0. Raises StartError in production, whose log could never be rid of them, and when the database
    cannot be written.
    """
    if settings.env == "production":
        raise StartError("A production installation takes no simulated tickets. Nothing was written.")
    begin, at = time.monotonic(), now()
    try:
        with open_import(settings.database_url) as conn:
            ensure_defaults(conn)
            conn.commit()
            history = make_history(seed, tickets, days, at, prefix=f"simulated-{seed}")
            loaded = load(conn, history, at, _progress(tickets, begin))
    except ImportRefused as error:
        raise StartError(f"{error} Nothing was written.") from error
    except psycopg.OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        raise StartError(
            f"The database broke off: {reason}. What was written is whole; run the same command again to go on."
        ) from error
    print(
        f"{loaded.tickets:,} tickets written, {loaded.tickets_known:,} were there already; {loaded.events:,} events, "
        f"{loaded.comments:,} comments ({time.monotonic() - begin:.1f} s)",
        flush=True,
    )
    return 0


def _progress(tickets: int, begin: float) -> Callable[[Loaded], None]:
    def told(loaded: Loaded) -> None:
        done = loaded.tickets + loaded.tickets_known
        print(f"{done:,} of {tickets:,} tickets ({time.monotonic() - begin:.1f} s)", flush=True)

    return told
