"""9,202 real incidents: all of them arrive, the log tells their state, the rules tell their clocks, and they are at rest."""

import csv
import gzip
from collections.abc import Generator
from pathlib import Path

import msgspec
import psycopg
import pytest

from api.cli.audit import verify_log
from api.cli.migrate import migrate
from api.clock import now
from api.events.catalogue import CATALOGUE
from api.events.fields import TicketFields
from api.importers.servicenow.load import Finished, import_file
from api.settings import Settings
from api.sla.rules.clocks import fold
from api.sla.rules.facts import PolicyApplied, StatusChanged, TicketFact, TicketOpened
from api.sla.rules.policy import PolicyVersion
from api.sweep import run_sweep
from api.tickets.rules.moves import ALLOWED
from pipelines.checks import Scope
from pipelines.ingest.checks import check_log
from pipelines.ingest.dimensions import replace_dimensions
from pipelines.ingest.events import ingest_events
from pipelines.product import installation, open_product
from pipelines.sla.reconcile import check_clocks
from pipelines.sla.spans import compute_spans
from pipelines.warehouse import open_warehouse
from tests.api.importers.incidents import counts
from tests.conftest import clone
from tests.keeper import Servers
from tests.replay import assert_log_is_the_state

FILE = Path(__file__).parents[2] / "data" / "servicenow-incidents-2016-03.csv.gz"
INCIDENTS, LINES = 9_202, 59_354
SAMPLE = 500

pytestmark = pytest.mark.xdist_group("servicenow")


@pytest.fixture(scope="module")
def settings(run_servers: Servers, worker: str, tmp_path_factory: pytest.TempPathFactory) -> Generator[Settings]:
    """An installation that has imported the file, shared by the tests of this module: they leave it as it is."""
    home = tmp_path_factory.mktemp("imported")
    with (
        clone(run_servers, "redress_template", worker) as name,
        clone(run_servers, "warehouse_template", worker) as store,
    ):
        postgres = run_servers.postgres
        made = Settings(
            home=home,
            env="test",
            database_url=postgres.url("redress_app", name),
            owner_url=postgres.url("redress_owner", name),
            reader_url=postgres.url("redress_reader", name),
            warehouse_url=postgres.url("redress_owner", store),
            analyst_url=postgres.url("redress_analyst", store),
            secret_key="a key of tests, at least 32 bytes long",
        )
        migrate(made)
        assert import_file(made, FILE, "Europe/Rome") == 0
        yield made


@pytest.fixture(scope="module")
def conn(settings: Settings) -> Generator[psycopg.Connection]:
    with psycopg.connect(settings.reader_url, autocommit=True, options="-c timezone=UTC") as connection:
        yield connection


def number(conn: psycopg.Connection, query: str) -> int:
    row = conn.execute(query.encode()).fetchone()
    assert row is not None
    return int(row[0])


def test_every_incident_is_a_closed_ticket(conn: psycopg.Connection) -> None:
    found = conn.execute("select status, source, count(*) from tickets group by status, source").fetchall()
    assert found == [("closed", "import", INCIDENTS)]


def test_people_groups_and_categories_are_those_of_the_file(settings: Settings) -> None:
    with gzip.open(FILE, "rt", newline="") as file:
        rows = list(csv.DictReader(file))
    columns = ("caller_id", "opened_by", "assigned_to", "resolved_by", "assignment_group", "category")
    there = [len({line[column] for line in rows} - {"?"}) for column in columns]
    unnamed = sum(all(line["caller_id"] == "?" for line in group) for group in by_number(rows))
    with psycopg.connect(settings.database_url) as conn:
        here = conn.execute(
            "select *, (select count(*) from teams), (select count(*) from categories where parent_id is null) from "
            + ", ".join(
                f"(select count(*) from users where external_id like 'servicenow:{kind}:%') {kind}"
                for kind in ("caller", "opener", "agent", "resolver")
            )
        ).fetchall()
        unknown = "select count(*) from tickets t join users u on u.id = t.customer_id where u.name = 'Caller unknown'"
        assert number(conn, unknown) == unnamed
    there[0] += unnamed > 0
    assert here == [tuple(there)]


def by_number(rows: list[dict[str, str]]) -> list[list[dict[str, str]]]:
    """The lines of each incident."""
    found: dict[str, list[dict[str, str]]] = {}
    for line in rows:
        found.setdefault(line["number"], []).append(line)
    return list(found.values())


def test_what_happened_is_in_the_log_as_often_as_in_the_file(conn: psycopg.Connection) -> None:
    found = dict(conn.execute("select action, count(*) from audit_logs where ticket_id is not null group by action"))
    assert {action: found[action] for action in ("ticket.created", "ticket.priority_changed")} == {
        "ticket.created": INCIDENTS,
        "ticket.priority_changed": 192,
    }
    assert number(conn, "select sum(reopen_count) from tickets") == 162
    assert found.keys() <= CATALOGUE.keys()


def test_every_move_is_one_that_the_rules_allow(conn: psycopg.Connection) -> None:
    moves = conn.execute(
        "select distinct old_values ->> 'status', new_values ->> 'status' from audit_logs "
        "where ticket_id is not null and old_values ? 'status'"
    ).fetchall()
    assert [(old, new) for old, new in moves if new not in ALLOWED[old]] == []


def test_every_event_reads_as_its_catalogue_says(conn: psycopg.Connection) -> None:
    rows = conn.execute(
        "select new_values - 'details', old_values from audit_logs where entity_type = 'ticket' and ticket_id %% %(n)s = 0",
        {"n": INCIDENTS // SAMPLE},
    ).fetchall()
    assert len(rows) > SAMPLE
    for new, old in rows:
        assert new.keys() <= {*TicketFields.__struct_fields__}
        msgspec.convert(new, TicketFields)
        msgspec.convert(old or {}, TicketFields)


def test_the_log_tells_the_state_of_every_ticket(settings: Settings) -> None:
    assert_log_is_the_state(settings.database_url)


def test_nothing_is_due(settings: Settings) -> None:
    before = counts(settings.database_url)
    result = run_sweep(settings)
    assert set(result.done.values()) == {0}
    assert counts(settings.database_url) == before


async def test_the_record_is_sealed_and_intact(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert await verify_log(settings) == 0
    assert "The record is intact" in capsys.readouterr().out


def test_the_warehouse_finds_the_log_and_the_clocks_as_they_are_here(settings: Settings) -> None:
    at, everything = now(), Scope(after=0, batch=1 << 40)
    with open_product(settings) as log, open_warehouse(settings) as warehouse:
        ingest_events(log, warehouse, at)
        replace_dimensions(log, warehouse, installation(settings, at))
        compute_spans(warehouse)
        events, clocks = check_log(log, warehouse, everything), check_clocks(log, warehouse, everything)
    assert (events.level, events.detail) == ("ok", events.detail)
    assert (clocks.level, clocks.checked) == ("ok", INCIDENTS), clocks.detail


def test_the_plain_rules_say_of_a_sample_what_the_clocks_say(conn: psycopg.Connection) -> None:
    policies = {
        row[0]: msgspec.convert(
            dict(
                zip(
                    ("id", "policy_id", "name", "version", "valid_from", "conditions", "targets", "pauses_on"),
                    row,
                    strict=True,
                )
            ),
            PolicyVersion,
        )
        for row in conn.execute(
            "select v.id, p.id, p.name, v.version, v.valid_from, v.conditions, v.targets, v.pauses_on "
            "from sla_policy_versions v join sla_policies p on p.id = v.sla_policy_id"
        )
    }
    step = {"n": INCIDENTS // SAMPLE}
    told: dict[int, list[TicketFact]] = {}
    for ticket_id, at, action, old, new in conn.execute(
        "select ticket_id, occurred_at, action, old_values ->> 'status', new_values from audit_logs "
        "where ticket_id %% %(n)s = 0 and action <> 'sla.breached' order by id",
        step,
    ):
        facts = told.setdefault(ticket_id, [])
        if action == "ticket.created":
            facts.append(TicketOpened(at=at, status=new["status"]))
        elif action == "sla.applied":
            assert new["calendar_version_id"] is None
            facts.append(PolicyApplied(at=at, policy=policies[new["policy_version_id"]]))
        elif "status" in new:
            facts.append(StatusChanged(at=at, old=old, new=new["status"]))
    fields = (
        "policy_version_id",
        "target",
        "cycle",
        "started_at",
        "elapsed_seconds",
        "due_at",
        "met_at",
        "breached_at",
    )
    kept = conn.execute(
        f"select ticket_id, {', '.join(fields)} from sla_clocks where ticket_id %% %(n)s = 0 order by ticket_id".encode(),
        step,
    ).fetchall()
    assert len(kept) >= SAMPLE
    assert kept == [
        (ticket_id, *(getattr(clock, field) for field in fields))
        for ticket_id, facts in sorted(told.items())
        for clock in fold(ticket_id, facts).clocks
    ]


def test_the_finish_is_an_event(conn: psycopg.Connection) -> None:
    rows = conn.execute("select new_values from audit_logs where action = 'import.finished'").fetchall()
    assert [msgspec.convert(row[0], Finished).is_proved for row in rows] == [True]
    assert (rows[0][0]["lines"], rows[0][0]["lines_taken"]) == (LINES, LINES)


def test_once_more_doubles_nothing(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    before = counts(settings.database_url)
    assert import_file(settings, FILE, "Europe/Rome") == 0
    said = capsys.readouterr().out
    assert counts(settings.database_url) == before
    assert f"0 incidents written, {INCIDENTS:,} were there already" in said
    assert "DIFFERS" not in said
