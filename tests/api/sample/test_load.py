"""The sample: once per installation, never in production, with accounts that sign in and clocks that the rules tell."""

import time
from collections.abc import Generator
from datetime import timedelta

import msgspec
import psycopg
import pytest
import redis.asyncio as redis

import api.sample.load
from api.actor import ANONYMOUS, SYSTEM
from api.auth.commands.sessions import Opened
from api.auth.commands.sign_in import log_in
from api.cli.migrate import migrate
from api.clock import now
from api.db import Database
from api.reactions import open_tx
from api.sample.load import TICKETS, load_sample
from api.sample.simulate import simulate
from api.servers.processes import StartError
from api.settings import Settings
from api.sla.queries.receipt import facts_of, list_facts
from api.sla.queries.standing import load_promises
from api.sla.rules.clocks import fold, settle_all
from api.sweep import is_anything_due, sweep
from tests.api.importers.incidents import counts
from tests.conftest import clone
from tests.keeper import Servers
from tests.replay import assert_log_is_the_state

ACCOUNTS = [
    ("admin@example.com", "admin123", "admin"),
    *((f"agent{n}@example.com", "password123", "agent") for n in (1, 2, 3)),
    *((f"{name}@example.com", "password123", "customer") for name in ("john.doe", "jane.smith", "bob.wilson")),
]

pytestmark = pytest.mark.xdist_group("sample")


@pytest.fixture(scope="module")
def loaded(run_servers: Servers, worker: str, tmp_path_factory: pytest.TempPathFactory) -> Generator[Settings]:
    """An installation with the sample, shared by the tests of this module: they leave it as it is."""
    with clone(run_servers, "redress_template", worker) as name:
        postgres = run_servers.postgres
        made = Settings(
            home=tmp_path_factory.mktemp("sample"),
            env="test",
            database_url=postgres.url("redress_app", name),
            owner_url=postgres.url("redress_owner", name),
            reader_url=postgres.url("redress_reader", name),
            redis_url=run_servers.valkey.url,
            secret_key="a key of tests, at least 32 bytes long",
        )
        migrate(made)
        assert load_sample(made) is True
        yield made


def rows(settings: Settings, query: str, *values: object) -> list[tuple]:
    with psycopg.connect(settings.reader_url, options="-c timezone=UTC") as conn:
        return conn.execute(query.encode(), values).fetchall()


async def test_everybody_can_sign_in(loaded: Settings) -> None:
    db = Database(loaded.database_url, 2)
    await db.open()
    async with redis.from_url(loaded.redis_url) as valkey:
        for email, password, role in ACCOUNTS:
            async with open_tx(db, ANONYMOUS, now()) as tx:
                opened = await log_in(tx, email, password, redis=valkey, settings=loaded)
            assert isinstance(opened, Opened), email
            assert opened.signed_in.user.role == role
    await db.close()


def test_no_two_accounts_share_a_hash(loaded: Settings) -> None:
    with psycopg.connect(loaded.database_url) as conn:
        found = conn.execute(
            "select count(*), count(distinct password_hash) from users where password_hash is not null"
        ).fetchone()
    assert found == (len(ACCOUNTS), len(ACCOUNTS))


def test_every_tickets_log_is_its_state(loaded: Settings) -> None:
    assert counts(loaded.database_url)["tickets"] == TICKETS
    assert_log_is_the_state(loaded.database_url)


async def test_the_rules_tell_the_clocks(loaded: Settings) -> None:
    columns = ["ticket_id", "target", "cycle", "target_seconds", "elapsed_seconds", "due_at", "at_risk_at", "met_at", "breached_at"]  # fmt: skip
    stored = rows(loaded, f"select {', '.join(columns)} from sla_clocks where ticket_id %% 10 = 0 order by 1, 2, 3")
    at = rows(loaded, "select updated_at from installation_settings where name = 'sample_data'")[0][0]
    told: list[tuple] = []
    db = Database(loaded.database_url, 2)
    await db.open()
    async with db.open_read(SYSTEM, at) as read:
        for ticket_id in sorted({row[0] for row in stored}):
            facts = await list_facts(read, ticket_id)
            promises = await load_promises(read, {row.policy_version_id for row in facts if row.policy_version_id})
            ticket = settle_all(fold(ticket_id, facts_of(facts, promises)), at)
            clocks = [msgspec.structs.asdict(clock) for clock in ticket.clocks]
            told += [tuple(clock[name] for name in columns) for clock in clocks]
    await db.close()
    assert len(stored) > 500
    assert sorted(told, key=lambda row: row[:3]) == stored


def test_most_promises_are_kept_and_some_are_not(loaded: Settings) -> None:
    kept = rows(
        loaded,
        """select target, avg((breached_at is null)::int)::float8 from sla_clocks
           where target not like 'escalation%%' and (met_at is not null or breached_at is not null) group by target""",
    )
    assert {target for target, _ in kept} == {"first_response", "resolution"}
    assert all(0.85 <= share <= 0.95 for _, share in kept), kept


def test_there_is_something_to_do(loaded: Settings) -> None:
    at = rows(loaded, "select updated_at from installation_settings where name = 'sample_data'")[0][0]
    statuses = dict(rows(loaded, "select status, count(*) from tickets group by status"))
    assert statuses.keys() == {"open", "assigned", "in_progress", "pending", "escalated", "resolved", "closed"}
    soon = rows(loaded, "select count(*) from tickets where next_due_at between %s and %s", at, at + timedelta(hours=8))
    late = rows(
        loaded,
        "select count(*) from tickets where first_breached_at is not null and status not in ('resolved', 'closed')",
    )
    assert soon[0][0] >= 3
    assert late[0][0] >= 3


def test_the_accounts_have_work_and_complaints_of_their_own(loaded: Settings) -> None:
    with psycopg.connect(loaded.database_url) as conn:
        agents = conn.execute(
            """select u.email, u.availability, u.name ~ '^[A-Z][a-z]+ [A-Z]',
                      exists (select from team_members m where m.user_id = u.id and m.role = 'lead'),
                      exists (select from user_skills s where s.user_id = u.id),
                      (select count(*) from tickets t
                       where t.assigned_agent_id = u.id and t.status not in ('resolved', 'closed')) >= 3
               from users u where u.email like 'agent_@example.com' order by u.email"""
        ).fetchall()
    assert agents == [(f"agent{n}@example.com", "available", True, n == 1, True, True) for n in (1, 2, 3)]
    with psycopg.connect(loaded.database_url) as conn:
        own = dict(
            conn.execute(
                """select u.email, count(distinct t.status) from tickets t join users u on u.id = t.customer_id
                   where u.password_hash is not null group by u.email"""
            ).fetchall()
        )
    assert own["john.doe@example.com"] >= 5
    assert own.keys() == {"john.doe@example.com", "jane.smith@example.com", "bob.wilson@example.com"}


def test_a_second_start_does_nothing_and_is_quick(loaded: Settings) -> None:
    before = counts(loaded.database_url)
    begin = time.monotonic()
    assert load_sample(loaded) is True
    assert time.monotonic() - begin < 2
    assert counts(loaded.database_url) == before


def test_whoever_was_killed_completes_it(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    migrate(settings)
    with monkeypatch.context() as patched:
        patched.setattr("api.importers.load._write", killed)
        with pytest.raises(KeyboardInterrupt):
            load_sample(settings)
    assert counts(settings.database_url)["tickets"] == 0
    assert load_sample(settings) is True
    assert counts(settings.database_url)["tickets"] == TICKETS
    with psycopg.connect(settings.database_url) as conn:
        found = conn.execute("select count(*) from users where password_hash is not null").fetchone()
        events = conn.execute(
            "select count(*), count(distinct entity_id) from audit_logs where action = 'user.created'"
        ).fetchone()
    assert found == (len(ACCOUNTS),)
    assert events is not None
    assert events[0] == events[1]


def test_production_gets_neither_accounts_nor_tickets(settings: Settings) -> None:
    production = msgspec.structs.replace(settings, env="production")
    with pytest.raises(StartError):
        load_sample(production)
    with pytest.raises(StartError):
        simulate(production, 10, 10, 1)
    with psycopg.connect(settings.database_url) as conn:
        assert conn.execute("select count(*) from users").fetchone() == (0,)


def test_where_somebody_has_an_account_no_known_password_is_added(settings: Settings) -> None:
    with psycopg.connect(settings.database_url) as conn:
        conn.execute(
            "insert into users (email, name, role, password_hash, created_at, updated_at) values ('me@example.com', 'Me', 'admin', 'x', %(at)s, %(at)s)",
            {"at": now()},
        )
    assert load_sample(settings) is False
    with psycopg.connect(settings.database_url) as conn:
        assert conn.execute("select count(*) from users").fetchone() == (1,)


async def test_the_sweep_does_what_is_due_and_leaves_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api.sample.load, "TICKETS", 600)
    migrate(settings)
    load_sample(settings)
    db = Database(settings.database_url, 2)
    await db.open()
    later = now() + timedelta(days=4)
    result = await sweep(db, later)
    assert result.is_complete
    assert result.done["at_risk"] + result.done["breached"] > 0
    due = await is_anything_due(db, later)
    await db.close()
    assert not due
    assert_log_is_the_state(settings.database_url)


def test_simulating_twice_adds_what_is_missing(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    migrate(settings)
    assert simulate(settings, 300, 30, 7) == 0
    assert simulate(settings, 300, 30, 7) == 0
    assert "0 tickets written, 300 were there already" in capsys.readouterr().out
    assert counts(settings.database_url)["tickets"] == 300
    assert simulate(settings, 200, 30, 8) == 0
    assert counts(settings.database_url)["tickets"] == 500
    assert_log_is_the_state(settings.database_url)
