"""Ingest brings every settled row once, however it is cut and whenever it is killed."""

import signal
import subprocess
import sys
import time

import psycopg
import pytest

from api.installation.rules import InstallationSettings
from api.settings import Settings
from pipelines.checks import Scope
from pipelines.ingest.checks import check_log
from pipelines.ingest.dimensions import replace_dimensions
from pipelines.ingest.events import has_new, ingest_events
from pipelines.warehouse import Connection, open_warehouse, value
from tests.pipelines.logbook import append, append_many, wait_until_settled
from tests.worlds import NOON, World

EVERYTHING = Scope(after=0, batch=10_000)


def test_a_transaction_that_commits_late_is_never_missed(
    log: Connection, warehouse: Connection, writer: Connection, owner_url: str
) -> None:
    with psycopg.connect(owner_url) as late:
        append(late, "ticket.created", 1, {"status": "open"})
        append(writer, "ticket.created", 2, {"status": "open"})
        done = ingest_events(log, warehouse, NOON)
        assert done.rows == 0
        late.commit()
    wait_until_settled(log)
    assert has_new(log, warehouse)
    assert ingest_events(log, warehouse, NOON).rows == 2
    assert not has_new(log, warehouse)
    assert warehouse.execute("select ticket_id from raw.events order by id").fetchall() == [(1,), (2,)]


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_batches_of_any_size_bring_the_same_rows(
    log: Connection, warehouse: Connection, writer: Connection, size: int
) -> None:
    append_many(writer, 20)
    append(writer, "ticket.created", 1, {"status": "open", "number": 'a "quoted", \\N name\n'})
    wait_until_settled(log)
    done = ingest_events(log, warehouse, NOON, size)
    assert done.rows == 21
    assert done.batches == -(-21 // size)
    assert value(warehouse, "select sum(row_count) from raw.batches") == 21
    assert check_log(log, warehouse, EVERYTHING).level == "ok"
    assert ingest_events(log, warehouse, NOON, size).rows == 0


def test_killed_in_the_middle_nothing_is_lost_and_nothing_doubled(
    log: Connection, warehouse: Connection, writer: Connection, warehouse_settings: Settings
) -> None:
    append_many(writer, 30_000)
    wait_until_settled(log)
    script = (
        "import sys; from datetime import datetime, UTC; from pipelines.warehouse import connect; "
        "from pipelines.ingest.events import ingest_events\n"
        "with connect(sys.argv[1]) as log, connect(sys.argv[2]) as warehouse:\n"
        "    ingest_events(log, warehouse, datetime(2026, 11, 24, tzinfo=UTC), 100)"
    )
    urls = [warehouse_settings.reader_url, warehouse_settings.warehouse_url]
    child = subprocess.Popen([sys.executable, "-c", script, *urls])
    while value(warehouse, "select count(*) from raw.batches") < 3 and child.poll() is None:
        time.sleep(0.005)
    child.send_signal(signal.SIGKILL)
    child.wait()
    read = value(warehouse, "select count(*) from raw.events")
    assert 0 < read < 30_000
    assert ingest_events(log, warehouse, NOON).rows == 30_000 - read
    assert check_log(log, warehouse, EVERYTHING).checked == 30_000
    assert check_log(log, warehouse, EVERYTHING).level == "ok"


def test_two_readers_at_once_bring_each_row_once(
    log: Connection, warehouse: Connection, writer: Connection, warehouse_settings: Settings
) -> None:
    append_many(writer, 5_000)
    wait_until_settled(log)
    script = (
        "import sys; from datetime import datetime, UTC; from pipelines.warehouse import connect; "
        "from pipelines.ingest.events import ingest_events\n"
        "with connect(sys.argv[1]) as log, connect(sys.argv[2]) as warehouse:\n"
        "    ingest_events(log, warehouse, datetime(2026, 11, 24, tzinfo=UTC), 50)"
    )
    urls = [warehouse_settings.reader_url, warehouse_settings.warehouse_url]
    readers = [subprocess.Popen([sys.executable, "-c", script, *urls]) for _ in range(2)]
    assert [reader.wait() for reader in readers] == [0, 0]
    assert value(warehouse, "select count(*) from raw.events") == 5_000
    assert value(warehouse, "select sum(row_count) from raw.batches") == 5_000


def test_a_row_that_is_not_the_logs_is_found(log: Connection, warehouse: Connection, writer: Connection) -> None:
    append_many(writer, 10)
    wait_until_settled(log)
    ingest_events(log, warehouse, NOON)
    warehouse.execute("update raw.events set visibility = 'internal' where id = 3")
    result = check_log(log, warehouse, EVERYTHING)
    assert result.stops
    assert result.failed == 1


def test_no_address_and_no_customers_name_enters_the_warehouse(
    log: Connection, warehouse: Connection, writer: Connection, world: World
) -> None:
    append(writer, "ticket.created", 1, {"status": "open"})
    wait_until_settled(log)
    ingest_events(log, warehouse, NOON)
    replace_dimensions(log, warehouse, InstallationSettings())
    held = value(warehouse, "select string_agg(e::text, '') from raw.events e")
    assert "10.0.0.1" not in held
    assert "browser" not in held
    named = warehouse.execute("select distinct role from raw.users where name is not null order by 1").fetchall()
    assert named == [("admin",), ("agent",)]
    assert value(warehouse, "select count(*) from raw.users where role = 'customer'") == 2


def test_a_snapshot_is_what_the_product_has_now(
    log: Connection, warehouse: Connection, writer: Connection, world: World
) -> None:
    replace_dimensions(log, warehouse, InstallationSettings())
    writer.execute("delete from team_members where user_id = %s", [world.outsider])
    writer.execute("update teams set name = 'Help desk' where id = %s", [world.team])
    writer.execute("insert into skills (name, created_at) values ('Billing', %s)", [NOON])
    counts = replace_dimensions(log, warehouse, InstallationSettings(time_zone="Europe/Berlin"))
    assert counts["team_members"] == 2
    assert value(warehouse, "select string_agg(name, ',' order by id) from raw.teams") == "Help desk,Field service"
    assert value(warehouse, "select count(*) from raw.skills") == 2
    assert warehouse.execute("select time_zone, at_risk_share from raw.installation").fetchall() == [
        ("Europe/Berlin", 0.2)
    ]


def test_the_raw_schema_can_be_made_twice(warehouse_settings: Settings) -> None:
    with open_warehouse(warehouse_settings), open_warehouse(warehouse_settings) as again:
        assert value(again, "select count(*) from raw.events") == 0
