"""What a first start shows: a company with accounts to sign in with, and half a year of complaints."""

from datetime import datetime
from typing import Any

import psycopg

from api.auth.passwords import hash_password
from api.clock import now
from api.importers.load import ImportRefused, load, open_import
from api.sample.aftermath import add_aftermath
from api.sample.cast import Named
from api.sample.defaults import ensure_defaults
from api.sample.history import make_history
from api.sample.words.catalogue import TEAMS
from api.servers.processes import StartError
from api.settings import Settings

TICKETS, DAYS, SEED = 2_000, 180, 2026
PREFIX = "sample"
STAFF_PASSWORD, ADMIN_PASSWORD = "password123", "admin123"
LEADS = len(TEAMS)
"""The sample has one team of each kind; its first agents lead them, the next ones are members in the same order."""
AGENTS = {
    0: ("agent1@example.com", "Maria Fischer"),
    LEADS + 2: ("agent2@example.com", "Daniel Okafor"),
    LEADS + 3: ("agent3@example.com", "Sofia Rossi"),
}
"""agent1 leads the network team; agent2 works on bills and contracts, agent3 on orders."""
CUSTOMERS = (
    ("john.doe@example.com", "John Doe"),
    ("jane.smith@example.com", "Jane Smith"),
    ("bob.wilson@example.com", "Bob Wilson"),
)
ADMIN = ("admin@example.com", "Alex Morgan")

_REMEMBER = """
with kept as (
    insert into installation_settings (name, value, updated_at) values ('sample_data', 'true', %(now)s)
    on conflict (name) do update set value = 'true', updated_at = excluded.updated_at
)
insert into audit_logs (occurred_at, action, entity_type, actor_kind, old_values, new_values, visibility)
values (%(now)s, 'setting.changed', 'setting', 'system', '{"sample_data": false}', '{"sample_data": true}', 'internal')
"""


def load_sample(settings: Settings) -> bool:
    """Put the sample in, once per installation; returns whether it is there.

    An installation where somebody has an account already gets none, because everybody knows the sample's passwords.
    Whoever was killed half-way starts again and completes it. Raises StartError in production and when it cannot be written.
    """
    if settings.env == "production":
        raise StartError("A production installation takes no sample, whose passwords everybody knows: use --no-sample.")
    with psycopg.connect(settings.database_url) as conn:
        if _is_there(conn):
            return True
        if _is_in_use(conn):
            return False
    try:
        with open_import(settings.database_url) as conn:
            if not _is_there(conn):
                _load(conn, now())
    except ImportRefused as error:
        raise StartError(f"The sample cannot be written: {error}") from error
    return True


def _load(conn: psycopg.Connection[Any], at: datetime) -> None:
    ensure_defaults(conn)
    conn.commit()
    history = make_history(
        SEED,
        TICKETS,
        DAYS,
        at,
        prefix=PREFIX,
        agents={number: _account(*who, STAFF_PASSWORD, "available") for number, who in AGENTS.items()},
        customers={number: _account(*who, STAFF_PASSWORD) for number, who in enumerate(CUSTOMERS)},
        admin=_account(*ADMIN, ADMIN_PASSWORD, "available"),
    )
    load(conn, history, at)
    add_aftermath(conn, PREFIX, at)
    conn.execute(_REMEMBER.encode(), {"now": at})
    conn.commit()


def _is_there(conn: psycopg.Connection[Any]) -> bool:
    row = conn.execute("select value from installation_settings where name = 'sample_data'").fetchone()
    return row is not None and row[0] is True


def _is_in_use(conn: psycopg.Connection[Any]) -> bool:
    """Whether somebody who is not of the sample can sign in."""
    row = conn.execute(
        """select exists (select from users
                          where password_hash is not null and (external_id is null or external_id not like %s))""",
        (f"{PREFIX}:%",),
    ).fetchone()
    return row is not None and bool(row[0])


def _account(email: str, name: str, password: str, availability: str = "offline") -> Named:
    return Named(email=email, name=name, password_hash=hash_password(password), availability=availability)
