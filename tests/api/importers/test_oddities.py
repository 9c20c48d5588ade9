"""Logs are odd: each oddity has one meaning, and no line is lost without a word."""

import msgspec
import psycopg
import pytest

from api.settings import Settings
from tests.api.importers.incidents import counts, events, imported, rejected, row, ticket
from tests.replay import assert_log_is_the_state

MOVES = ("ticket.created", "ticket.status_changed", "ticket.assigned")
CLOSED = row("Closed", "5/3/2016 12:00", sys_mod_count="9", closed_at="5/3/2016 12:00")


@pytest.fixture
def url(database_url: str) -> str:
    return database_url


def test_a_whole_life_is_told_at_its_own_instants(settings: Settings, url: str) -> None:
    moved = {"priority": "2", "assignment_group": "57", "resolved_by": "15"}
    code = imported(
        settings,
        row("New", "1/3/2016 10:05"),
        row("Active", "1/3/2016 11:00", assigned_to="15", priority="2"),
        row("Awaiting User Info", "1/3/2016 12:00", assigned_to="16", **moved),
        row("Resolved", "1/3/2016 13:00", assigned_to="16", **moved),
        row("Active", "1/3/2016 14:00", assigned_to="16", **moved),
        row("Resolved", "1/3/2016 15:00", assigned_to="16", **moved),
        CLOSED | moved | {"made_sla": "false"},
    )
    assert code == 0
    assert events(url) == [
        ("03-01 10:00", "ticket.created", "open"),
        ("03-01 10:00", "sla.applied", None),
        ("03-01 11:00", "ticket.priority_changed", None),
        ("03-01 11:00", "sla.applied", None),
        ("03-01 11:00", "ticket.assigned", "assigned"),
        ("03-01 11:00", "ticket.status_changed", "in_progress"),
        ("03-01 12:00", "ticket.updated", None),
        ("03-01 12:00", "ticket.assigned", None),
        ("03-01 12:00", "ticket.status_changed", "pending"),
        ("03-01 13:00", "ticket.status_changed", "resolved"),
        ("03-01 14:00", "ticket.status_changed", "in_progress"),
        ("03-01 15:00", "ticket.status_changed", "resolved"),
        ("03-05 12:00", "ticket.status_changed", "closed"),
    ]
    kept = ticket(url)
    assert (kept["customer"], kept["agent"], kept["reopen_count"]) == ("Caller 7", "Agent 16", 1)
    assert kept["custom_attributes"]["made_sla"] == "false"
    assert_log_is_the_state(url)


def test_the_clock_counts_what_the_log_tells(settings: Settings, url: str) -> None:
    imported(
        settings,
        row("Active", "1/3/2016 10:00"),
        row("Awaiting Vendor", "1/3/2016 11:00"),
        row("Active", "1/3/2016 20:00"),
        row("Resolved", "1/3/2016 22:00"),
        CLOSED,
    )
    with psycopg.connect(url) as conn:
        clocks = conn.execute("select target, elapsed_seconds, breached_at from sla_clocks").fetchall()
    assert clocks == [("resolution", 3 * 3600, None)]


def test_lines_out_of_order_are_read_in_the_order_of_time(settings: Settings, url: str) -> None:
    lines = [row("New", "1/3/2016 10:05"), row("Active", "1/3/2016 11:00"), row("Resolved", "1/3/2016 12:00"), CLOSED]
    assert imported(settings, *reversed(lines)) == 0
    assert [status for _, _, status in events(url, *MOVES)] == ["open", "in_progress", "resolved", "closed"]


def test_lines_of_one_minute_are_read_in_the_order_of_their_count(settings: Settings, url: str) -> None:
    at = "1/3/2016 11:00"
    imported(settings, row("Resolved", at, sys_mod_count="3"), row("Active", at, sys_mod_count="2"), CLOSED)
    assert [status for _, _, status in events(url, *MOVES)] == ["open", "in_progress", "resolved", "closed"]


def test_what_was_closed_without_a_resolution_was_resolved_then(settings: Settings, url: str) -> None:
    assert imported(settings, row("Active", "1/3/2016 11:00"), CLOSED) == 0
    kept = ticket(url)
    assert kept["resolved_at"] == kept["closed_at"] == msgspec.convert("2016-03-05T12:00:00Z", type(kept["closed_at"]))


def test_closed_before_it_was_resolved_is_a_reopening(settings: Settings, url: str) -> None:
    assert imported(settings, row("Closed", "1/3/2016 11:00"), row("Resolved", "1/3/2016 12:00"), CLOSED) == 0
    assert [status for _, _, status in events(url, *MOVES)] == ["open", "closed", "in_progress", "resolved", "closed"]
    assert ticket(url)["reopen_count"] == 1
    assert_log_is_the_state(url)


def test_what_is_not_finished_stays_open_and_is_due(settings: Settings, url: str) -> None:
    assert imported(settings, row("Active", "1/3/2016 11:00", assigned_to="15")) == 0
    kept = ticket(url)
    assert (kept["status"], kept["closed_at"], kept["is_awaiting_routing"]) == ("in_progress", None, False)
    assert kept["first_breached_at"] == msgspec.convert("2016-03-05T10:00:00Z", type(kept["created_at"]))
    assert events(url, "sla.breached") == [("03-05 10:00", "sla.breached", None)]


def test_an_incident_without_a_caller_has_an_unknown_customer(settings: Settings, url: str) -> None:
    assert imported(settings, row("New", "1/3/2016 10:05", caller_id="?"), CLOSED | {"caller_id": "?"}) == 0
    assert ticket(url)["customer"] == "Caller unknown"


def test_a_caller_who_is_named_later_is_the_customer(settings: Settings, url: str) -> None:
    imported(settings, row("New", "1/3/2016 10:05", caller_id="?"), CLOSED)
    assert ticket(url)["customer"] == "Caller 7"


def test_a_line_before_the_opening_counts_at_the_opening(settings: Settings, url: str) -> None:
    assert imported(settings, row("Active", "1/3/2016 9:00"), CLOSED) == 0
    assert events(url, *MOVES)[:2] == [
        ("03-01 10:00", "ticket.created", "open"),
        ("03-01 10:00", "ticket.status_changed", "in_progress"),
    ]


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"ident_state": "-100"}, "state '-100' is unknown"),
        ({"priority": "?"}, "priority '?' is unknown"),
        ({"sys_updated_at": "?"}, "sys_updated_at is unknown"),
        ({"sys_updated_at": "31/2/2016 10:00"}, "sys_updated_at '31/2/2016 10:00' is no time"),
        ({"sys_updated_at": "1/3/2099 10:00"}, "sys_updated_at '1/3/2099 10:00' lies in the future"),
        ({"opened_at": "1/1/0001 00:00"}, "opened_at '1/1/0001 00:00' is no time"),
        ({"category": "a\0b"}, "holds a NUL byte"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_line_that_makes_no_sense_is_named_with_its_reason(
    settings: Settings, url: str, wrong: dict[str, str], reason: str
) -> None:
    assert imported(settings, row("New", "1/3/2016 10:05"), row("Active", "1/3/2016 11:00") | wrong, CLOSED) == 0
    assert rejected(settings) == [("3", "0000001", reason)]
    assert [status for _, _, status in events(url, *MOVES)] == ["open", "closed"]


def test_a_line_without_a_number_and_one_said_twice_are_named(settings: Settings) -> None:
    assert imported(settings, CLOSED, CLOSED, row("New", "1/3/2016 10:05", number="?")) == 0
    assert rejected(settings) == [("3", "0000001", "repeats line 2"), ("4", "?", "has no number")]


def test_an_incident_of_which_no_line_could_be_taken_is_missed_by_name(
    settings: Settings, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert imported(settings, CLOSED, row("-100", "1/3/2016 11:00", number="0000002")) == 0
    assert rejected(settings) == [("3", "0000002", "state '-100' is unknown")]
    assert counts(url)["tickets"] == 1
    assert "2 incidents" in capsys.readouterr().out


def test_a_file_of_which_nothing_can_be_taken_imports_nothing(settings: Settings, url: str) -> None:
    before = counts(url)
    assert imported(settings, row("-100", "1/3/2016 11:00")) == 1
    assert counts(url) == before


@pytest.mark.parametrize(
    ("local", "instant"),
    [
        ("27/3/2016 01:59", "03-27 00:59"),
        ("27/3/2016 02:30", "03-27 01:30"),
        ("27/3/2016 03:00", "03-27 01:00"),
        ("30/10/2016 02:30", "10-30 00:30"),
    ],
    ids=["before the gap", "in the gap", "after the gap", "came twice"],
)
def test_local_times_are_instants_of_their_zone(settings: Settings, url: str, local: str, instant: str) -> None:
    opened = row("New", local, opened_at=local)
    assert imported(settings, opened, zone="Europe/Rome") == 0
    assert events(url, "ticket.created") == [(instant, "ticket.created", "open")]


def test_without_a_zone_times_are_those_of_the_installation(settings: Settings, url: str) -> None:
    with psycopg.connect(url) as conn:
        conn.execute(
            "insert into installation_settings (name, value, updated_at) values ('time_zone', '\"Asia/Kolkata\"', 'epoch')"
        )
    imported(settings, CLOSED, zone=None)
    assert events(url, "ticket.created") == [("03-01 04:30", "ticket.created", "open")]


def test_people_of_different_columns_are_different_people(settings: Settings, url: str) -> None:
    imported(settings, row("Active", "1/3/2016 11:00", caller_id="9", opened_by="9", assigned_to="9", resolved_by="9"))
    with psycopg.connect(url) as conn:
        names = conn.execute("select name, role from users order by name").fetchall()
    assert names == [("Agent 9", "agent"), ("Caller 9", "customer"), ("Opener 9", "agent"), ("Resolver 9", "agent")]
