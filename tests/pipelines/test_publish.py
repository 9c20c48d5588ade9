"""What reaches the lake: the months that changed, once, and only past the checks."""

from collections.abc import Generator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import psycopg
import pytest

from api.settings import Settings
from pipelines.checks import CheckResult, keep
from pipelines.lake import vacuum, version
from pipelines.publish.contracts import BrokenContract, Contract, contracts
from pipelines.publish.erasure import forget
from pipelines.publish.gate import BLOCKING, Stopped, publish
from pipelines.publish.marts import publish_marts
from pipelines.warehouse import Connection
from tests.worlds import NOON

TICKETS = Contract(
    name="fct_tickets",
    description="One row per ticket.",
    columns={
        "ticket_id": "int8",
        "status": "text",
        "is_open": "bool",
        "created_day": "date",
        "created_at": "timestamptz",
        "share": "float8",
        "team_ids": "int8[]",
        "_batch": "int8",
    },
    day="created_day",
)
TEAMS = Contract(
    name="dim_teams", description="One row per team.", columns={"team_id": "int8", "name": "text"}, day=None
)
MARTS = [TEAMS, TICKETS]


@pytest.fixture
def marts(warehouse: Connection) -> Connection:
    """A warehouse with two small marts: six tickets over three months, two teams."""
    warehouse.execute("create schema marts")
    warehouse.execute("create table marts.dim_teams (team_id bigint, name text)")
    warehouse.execute("insert into marts.dim_teams values (1, 'Support'), (2, 'Field, \"service\"')")
    warehouse.execute(
        "create table marts.fct_tickets (ticket_id bigint, status text, is_open boolean, created_day date, "
        "created_at timestamptz, share float8, team_ids bigint[], _batch bigint, inner_note text)"
    )
    warehouse.execute(
        "insert into marts.fct_tickets select n, case when n = 1 then '' else 'open' end, n %% 2 = 0, "
        "date '2026-01-15' + (n %% 3)::int * 31, %s::timestamptz + n * interval '1 microsecond', n / 3.0, array[n, null], 1, 'x' "
        "from generate_series(1, 6) n",
        [NOON],
    )
    return warehouse


@pytest.fixture
def lake(tmp_path: Path) -> Generator[str]:
    yield str(tmp_path / "lake")


def files(lake: str) -> set[str]:
    return {str(path.relative_to(lake)) for path in Path(lake).rglob("*") if path.is_file()}


def test_the_lake_says_what_the_marts_say(marts: Connection, lake: str) -> None:
    publish_marts(marts, lake, MARTS)
    rows = pl.read_delta(f"{lake}/fct_tickets").sort("ticket_id")
    assert rows.columns == [*TICKETS.columns, "month"]
    assert rows.row(0, named=True) == {
        "ticket_id": 1,
        "status": "",
        "is_open": False,
        "created_day": date(2026, 2, 15),
        "created_at": NOON + timedelta(microseconds=1),
        "share": 1 / 3,
        "team_ids": [1, None],
        "_batch": 1,
        "month": "2026-02",
    }
    assert pl.read_delta(f"{lake}/dim_teams").sort("team_id")["name"].to_list() == ["Support", 'Field, "service"']


def test_publishing_twice_writes_nothing_the_second_time(marts: Connection, lake: str) -> None:
    publish_marts(marts, lake, MARTS)
    before = files(lake)
    again = publish_marts(marts, lake, MARTS)
    assert files(lake) == before
    assert [(table.name, table.rows, table.version, table.written) for table in again] == [
        ("dim_teams", 2, 0, []),
        ("fct_tickets", 6, 0, []),
    ]


def test_only_the_month_that_changed_is_written_and_the_version_before_stays(marts: Connection, lake: str) -> None:
    publish_marts(marts, lake, MARTS)
    before = files(lake)
    marts.execute("update marts.fct_tickets set status = 'closed', _batch = 2 where ticket_id = 4")
    (_, tickets) = publish_marts(marts, lake, MARTS)
    assert (tickets.version, tickets.written) == (1, ["2026-02"])
    new = {path for path in files(lake) - before if path.endswith(".parquet")}
    assert {path.rsplit("/", 1)[0] for path in new} == {"fct_tickets/month=2026-02"}
    now = pl.read_delta(f"{lake}/fct_tickets").sort("ticket_id")["status"].to_list()
    then = pl.read_delta(f"{lake}/fct_tickets", version=0).sort("ticket_id")["status"].to_list()
    assert (now[3], then[3]) == ("closed", "open")
    assert len(now) == len(then) == 6


def test_a_month_that_is_gone_leaves_the_lake(marts: Connection, lake: str) -> None:
    publish_marts(marts, lake, MARTS)
    marts.execute("delete from marts.fct_tickets where created_day >= '2026-03-01'")
    (_, tickets) = publish_marts(marts, lake, MARTS)
    assert tickets.written == ["2026-03"]
    assert set(pl.read_delta(f"{lake}/fct_tickets")["month"]) == {"2026-01", "2026-02"}


def test_a_mart_without_rows_is_a_table_without_rows(marts: Connection, lake: str) -> None:
    marts.execute("truncate marts.fct_tickets, marts.dim_teams")
    publish_marts(marts, lake, MARTS)
    assert pl.read_delta(f"{lake}/fct_tickets").schema == TICKETS.schema
    before = files(lake)
    publish_marts(marts, lake, MARTS)
    assert files(lake) == before
    marts.execute("insert into marts.fct_tickets (ticket_id, created_day, _batch) values (1, '2026-05-01', 1)")
    publish_marts(marts, lake, MARTS)
    assert len(pl.read_delta(f"{lake}/fct_tickets")) == 1


def test_a_lake_that_was_lost_is_written_again(marts: Connection, lake: str, tmp_path: Path) -> None:
    publish_marts(marts, lake, MARTS)
    other = str(tmp_path / "other")
    assert all(table.written for table in publish_marts(marts, other, MARTS))
    assert len(pl.read_delta(f"{other}/fct_tickets")) == 6


def test_a_new_column_rewrites_the_table_and_what_is_not_promised_stays_behind(marts: Connection, lake: str) -> None:
    publish_marts(marts, lake, MARTS)
    wider = Contract(
        name="dim_teams", description="", columns={"team_id": "int8", "name": "text", "size": "int4"}, day=None
    )
    marts.execute("alter table marts.dim_teams add column size integer default 3")
    publish_marts(marts, lake, [wider])
    assert pl.read_delta(f"{lake}/dim_teams")["size"].to_list() == [3, 3]
    assert "inner_note" not in pl.read_delta(f"{lake}/fct_tickets").columns


def test_a_mart_that_breaks_its_contract_stops_before_anything_is_written(marts: Connection, lake: str) -> None:
    marts.execute("alter table marts.fct_tickets drop column share")
    with pytest.raises(BrokenContract, match=r"fct_tickets.share is missing; its contract says float8\."):
        publish_marts(marts, lake, MARTS)
    assert not Path(lake).exists()


def verdicts(level: str) -> list[CheckResult]:
    return [
        CheckResult(name=name, level=level, is_blocking=True, checked=1, failed=0, detail=f"{name} is {level}.")  # type: ignore[arg-type]
        for name in sorted(BLOCKING)
    ]


def test_a_failed_check_keeps_the_last_version_and_says_so(marts: Connection, lake: str) -> None:
    keep(marts, verdicts("ok"), 0, NOON)
    publish(marts, lake, MARTS, NOON)
    marts.execute("update marts.fct_tickets set status = 'closed', _batch = 2")
    keep(marts, verdicts("error")[:1], 0, NOON)
    with pytest.raises(Stopped, match=r"clocks_equal_product is error\."):
        publish(marts, lake, MARTS, NOON)
    assert version(f"{lake}/fct_tickets") == 0
    health = pl.read_delta(f"{lake}/data_health").sort("name")
    assert health["level"].to_list() == ["error", "ok", "ok"]


def test_nothing_passes_that_no_check_has_looked_at(marts: Connection, lake: str) -> None:
    keep(marts, verdicts("ok"), 3, NOON)
    marts.execute("insert into raw.watermarks values ('sla_spans', 0, 4)")
    with pytest.raises(Stopped, match="did not look at the newest data"):
        publish(marts, lake, MARTS, NOON)


def test_meta_names_the_version_of_every_table_and_the_place_in_the_log(marts: Connection, lake: str) -> None:
    marts.execute("insert into raw.installation values ('Europe/Berlin', 0.2, 0, 0, 'en', 'Redress')")
    marts.execute(
        "insert into raw.batches (started_at, from_tx, from_id, to_tx, to_id, row_count) values (%s, 0, 0, 70, 9, 9)",
        [NOON],
    )
    marts.execute("insert into raw.watermarks values ('sla_spans', 0, 1)")
    keep(marts, verdicts("ok"), 1, NOON)
    publish(marts, lake, MARTS, NOON)
    rows = pl.read_delta(f"{lake}/_meta").to_dicts()
    assert [(row["name"], row["version"], row["row_count"]) for row in rows] == [
        ("dim_teams", 0, 2),
        ("fct_tickets", 0, 6),
    ]
    assert {(row["data_tx"], row["data_id"], row["time_zone"]) for row in rows} == {(70, 9, "Europe/Berlin")}
    publish(marts, lake, MARTS, datetime(2027, 1, 1, tzinfo=UTC))
    assert version(f"{lake}/_meta") == 0


def test_vacuum_leaves_what_readers_may_still_hold(marts: Connection, lake: str) -> None:
    publish_marts(marts, lake, MARTS)
    marts.execute("update marts.fct_tickets set _batch = 2")
    publish_marts(marts, lake, MARTS)
    assert vacuum(f"{lake}/fct_tickets") == 0
    assert len(pl.read_delta(f"{lake}/fct_tickets", version=0)) == 6


def test_each_contract_is_one_the_lake_can_keep() -> None:
    promised = contracts()
    assert {contract.name for contract in promised} >= {"fct_tickets", "fct_sla_clocks", "dim_agents"}
    assert all(contract.schema for contract in promised)
    assert {
        contract.name for contract in promised if contract.day is None and contract.name.startswith("fct_")
    } == set()


def test_an_analyst_reads_marts_only(marts: Connection, analyst_url: str, warehouse_settings: Settings) -> None:
    with psycopg.connect(analyst_url, autocommit=True) as conn:
        for table in ("raw.events", "raw.users"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                conn.execute(f"select * from {table}".encode())


def test_an_erased_name_is_in_no_version_of_the_lake(warehouse: Connection, lake: str) -> None:
    """Before it, and for all others, earlier versions stay."""
    agents = Contract(
        name="dim_agents", description="One row per agent.", columns={"agent_id": "int8", "name": "text"}, day=None
    )
    warehouse.execute("create schema marts")
    warehouse.execute("create table marts.dim_agents as select 1::bigint as agent_id, 'Ada Brook' as name")
    publish_marts(warehouse, lake, [agents])
    assert forget(warehouse, lake) == 0
    warehouse.execute("update marts.dim_agents set name = '(erased person)'")
    publish_marts(warehouse, lake, [agents])
    assert pl.read_delta(f"{lake}/dim_agents", version=0)["name"].to_list() == ["Ada Brook"]
    warehouse.execute(
        "insert into raw.batches (started_at, from_tx, from_id, to_tx, to_id, row_count) values (%s, 0, 0, 1, 1, 1)",
        [NOON],
    )
    warehouse.execute(
        "insert into raw.events (tx, id, occurred_at, action, entity_type, entity_id, actor_kind, visibility, _batch, _ingested_at) "
        "values (1, 1, %s, 'person.erased', 'person', 1, 'user', 'internal', 1, %s)",
        [NOON, NOON],
    )
    assert forget(warehouse, lake) == 1
    assert not any(b"Ada Brook" in path.read_bytes() for path in Path(lake).rglob("*") if path.is_file())
    assert pl.read_delta(f"{lake}/dim_agents")["name"].to_list() == ["(erased person)"]
    assert forget(warehouse, lake) == 0
