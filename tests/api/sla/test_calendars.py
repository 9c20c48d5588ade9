"""Calendars over HTTP: hours, holidays from three sources, versions, and the clocks that count by them."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from api.db import Database
from tests.acting import Acting
from tests.api.sla.conftest import As
from tests.worlds import World

WEEK = {day: [{"start": "09:00", "end": "17:00"}] for day in ("monday", "tuesday", "wednesday", "thursday", "friday")}
OFFICE = {"name": "Office", "time_zone": "Europe/Berlin", "weekly_hours": WEEK}
ICAL = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Tests//EN
BEGIN:VEVENT
UID:1
DTSTAMP:20260101T000000Z
DTSTART;VALUE=DATE:20261125
DTEND;VALUE=DATE:20261127
SUMMARY:Stocktaking
END:VEVENT
END:VCALENDAR
"""


async def made(client: httpx.AsyncClient, admin: As, **fields: Any) -> dict[str, Any]:
    answer = await client.post("/api/calendars", json=OFFICE | fields, auth=admin)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def counts_by(client: httpx.AsyncClient, admin: As, calendar_id: int) -> int:
    """Let the policy Medium count by the calendar; returns the policy's id."""
    listed = (await client.get("/api/sla-policies", auth=admin)).json()["policies"]
    policy_id = next(policy["id"] for policy in listed if policy["name"] == "Medium")
    answer = await client.patch(f"/api/sla-policies/{policy_id}", json={"calendar_id": calendar_id}, auth=admin)
    assert answer.json()["calendar_id"] == calendar_id
    return policy_id


async def test_holidays_of_all_sources_add_up_and_the_first_name_stays(client: httpx.AsyncClient, admin: As) -> None:
    calendar = await made(
        client, admin, first_year=2026, last_year=2026, ical=ICAL,
        holidays=[{"on": "2026-12-25", "name": "Feast"}, {"on": "2027-01-02", "name": "Rest"}],
        country_holidays={"country": "DE", "subdivision": "BE"},
    )  # fmt: skip
    named = {holiday["on"]: holiday["name"] for holiday in calendar["holidays"]}
    assert named["2026-12-25"] == "Feast"
    assert named["2026-03-08"] == "Women's Day"
    assert (named["2026-11-25"], named["2026-11-26"], named["2027-01-02"]) == ("Stocktaking", "Stocktaking", "Rest")
    listed = (await client.get("/api/calendars", auth=admin)).json()["calendars"]
    assert [(row["name"], row["holiday_count"], row["policy_count"]) for row in listed] == [("Office", len(named), 0)]


async def test_nights_and_holidays_stand_in_the_receipt_by_name(
    client: httpx.AsyncClient, admin: As, db: Database, world: World
) -> None:
    calendar = await made(client, admin, ical=ICAL)
    await counts_by(client, admin, calendar["id"])
    ticket_id = await Acting(db, world).opened()
    answer = (await client.get(f"/api/tickets/{ticket_id}/sla", auth=admin)).json()
    clock = next(clock for clock in answer["clocks"] if clock["target"] == "first_response")
    # opened on Tuesday, 13:01 in Berlin: 3:59 h on that day, two days of stocktaking, 4:01 h on Friday
    assert datetime.fromisoformat(clock["due_at"]) == datetime(2026, 11, 27, 12, 1, tzinfo=UTC)
    assert [(span["kind"], span["name"], span["seconds"]) for span in clock["spans"]] == [
        ("counted", None, 14_340),
        ("closed", None, 0),
        ("holiday", "Stocktaking", 0),
        ("closed", None, 0),
        ("counted", None, 14_460),
    ]
    assert clock["promises"][-1]["calendar"] == {
        "id": calendar["id"], "name": "Office", "version": 1, "time_zone": "Europe/Berlin",
    }  # fmt: skip


async def test_an_edit_of_a_calendar_is_shown_first_and_moves_the_clocks_that_count_by_it(
    client: httpx.AsyncClient, admin: As, db: Database, world: World
) -> None:
    calendar = await made(client, admin)
    await counts_by(client, admin, calendar["id"])
    ticket_id = await Acting(db, world).opened()
    edit = {"holidays": [{"on": "2026-11-25", "name": "Strike"}]}
    path = f"/api/calendars/{calendar['id']}"
    preview = (await client.post(f"{path}/preview", json=edit, auth=admin)).json()
    assert (preview["tickets"], preview["clocks_moved"]) == (1, 3)
    assert (await client.get(path, auth=admin)).json() == calendar
    edited = (await client.patch(path, json=edit, auth=admin)).json()
    assert (edited["version"], edited["weekly_hours"]) == (2, calendar["weekly_hours"])
    answer = (await client.get(f"/api/tickets/{ticket_id}/sla", auth=admin)).json()
    due = {clock["target"]: clock["due_at"] for clock in answer["clocks"]}
    assert {row["target"]: row["due_after"] for row in preview["examples"]} == due
    assert datetime.fromisoformat(due["first_response"]) == datetime(2026, 11, 26, 12, 1, tzinfo=UTC)


async def test_a_calendar_that_policies_count_by_stays_in_use(client: httpx.AsyncClient, admin: As) -> None:
    calendar = await made(client, admin)
    policy_id = await counts_by(client, admin, calendar["id"])
    path = f"/api/calendars/{calendar['id']}"
    refused = await client.patch(path, json={"is_active": False}, auth=admin)
    assert (refused.status_code, refused.json()["policies"]) == (409, ["Medium"])
    await client.patch(f"/api/sla-policies/{policy_id}", json={"calendar_id": None}, auth=admin)
    assert (await client.patch(path, json={"is_active": False}, auth=admin)).json()["is_active"] is False
    again = await client.patch(f"/api/sla-policies/{policy_id}", json={"calendar_id": calendar["id"]}, auth=admin)
    assert again.json()["code"] == "sla_policy.unknown_reference"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"time_zone": "Europe/Atlantis"}, "calendar.terms"),
        ({"weekly_hours": {}}, "calendar.terms"),
        ({"weekly_hours": {"monday": [{"start": "09:00", "end": "09:00"}]}}, "calendar.terms"),
        ({"country_holidays": {"country": "XX"}}, "calendar.holidays"),
        ({"ical": "no calendar"}, "calendar.holidays"),
        ({"holidays": [], "first_year": 2026, "last_year": 2020}, "calendar.years"),
    ],
)
async def test_what_makes_no_sense_is_refused(
    client: httpx.AsyncClient, admin: As, fields: dict[str, Any], code: str
) -> None:
    answer = await client.post("/api/calendars", json=OFFICE | fields, auth=admin)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
