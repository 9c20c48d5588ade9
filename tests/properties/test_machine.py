"""Several people work on the same complaints in any order: the API says what the model says, and the log is the state."""

import asyncio
import os
import uuid
from collections.abc import Coroutine, Generator
from typing import Any, TypeVar

import httpx
import msgspec
import psycopg
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as examples
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from api.auth.commands.sessions import open_session
from api.events.replay import replay
from api.reactions import open_tx
from api.settings import Settings
from api.sweep import sweep
from tests.properties.complaint_model import CUSTOMERS, DONE, MOVES, STAFF, Complaint
from tests.serving import app_of
from tests.worlds import World

IS_NIGHT = bool(os.environ.get("REDRESS_NIGHTLY"))
EXAMPLES, STEPS = (10_000, 30) if IS_NIGHT else (20, 14)
SPANS = {"minutes": 1, "hours": 5, "days": 8}
PEOPLE = st.sampled_from([*CUSTOMERS, *STAFF])
PRIORITIES = st.sampled_from(["critical", "high", "medium", "low"])

T = TypeVar("T")


class Site:
    """The app in this process, and the people of the small world as its callers."""

    def __init__(self, settings: Settings, world: World) -> None:
        self.settings, self.world = settings, world
        self.loop = asyncio.new_event_loop()
        self.app = app_of("client", settings, lambda: world.now)
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app, raise_app_exceptions=False), base_url="http://testserver"
        )
        self._is_ready, self._is_over = asyncio.Event(), asyncio.Event()
        self.headers: dict[str, dict[str, str]] = {}
        self.names = {getattr(world, who): who for who in (*CUSTOMERS, *STAFF)}

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    async def begin(self) -> None:
        self._task = asyncio.create_task(self._live())
        await self._is_ready.wait()

    async def end(self) -> None:
        self._is_over.set()
        await self._task
        await self.http.aclose()

    async def _live(self) -> None:
        async with self.app.lifespan():
            self._is_ready.set()
            await self._is_over.wait()

    def call(self, who: str, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        if who not in self.headers:
            self.headers[who] = self.run(self._signed_in(who))
        return self.run(self.http.request(method, path, json=body, headers=self.headers[who] | headers))

    def pass_time(self, **span: float) -> None:
        """Access tokens end after a quarter of an hour, so everybody signs in anew."""
        self.world.later(**span)
        self.headers.clear()

    async def _signed_in(self, who: str) -> dict[str, str]:
        async with open_tx(self.app.state.db, self.world.actor(who), self.world.now) as tx:
            opened = await open_session(tx, getattr(self.world, who), self.settings)
        return {"Authorization": f"Bearer {opened.signed_in.token}"}


@pytest.fixture
def site(settings: Settings, world: World) -> Generator[Site]:
    site = Site(msgspec.structs.replace(settings, is_worker_in_api=False), world)
    site.run(site.begin())
    yield site
    site.run(site.end())
    site.loop.close()


class Machine(RuleBasedStateMachine):
    """One example: acts of people on a few complaints, each compared with the model at once."""

    complaints = Bundle("complaints")

    def __init__(self, site: Site) -> None:
        super().__init__()
        self.site, self.known = site, list[Complaint]()
        self.touched: Complaint | None = None
        with psycopg.connect(site.settings.database_url) as conn:
            (self.last,) = conn.execute("select coalesce(max(id), 0) from tickets").fetchone() or (0,)

    @rule(
        target=complaints,
        customer=st.sampled_from(CUSTOMERS),
        by=st.sampled_from(["self", "agent"]),
        priority=PRIORITIES,
    )
    def open(self, customer: str, by: str, priority: str) -> Any:
        body = {"subject": "Router", "description": "Drops", "priority": priority}
        who = customer if by == "self" else by
        if who == "agent":
            body |= {"customer_id": getattr(self.site.world, customer), "auto_assign": False}
        key = {"Idempotency-Key": str(uuid.uuid4())}
        answer = self.site.call(who, "POST", "/api/tickets", body, **key)
        if who in CUSTOMERS and priority == "critical":
            assert answer.status_code == 422, answer.text
            body["priority"] = "high"
            answer = self.site.call(who, "POST", "/api/tickets", body, **key)
        assert answer.status_code == 201, answer.text
        assert self.site.call(who, "POST", "/api/tickets", body, **key).json()["id"] == answer.json()["id"]
        assert self.site.call(who, "POST", "/api/tickets", body | {"subject": "x"}, **key).status_code == 409
        return self._keep(customer, answer.json())

    @rule(complaint=complaints, who=PEOPLE, status=st.sampled_from(sorted(MOVES)))
    def move(self, complaint: Complaint, who: str, status: str) -> None:
        expected = complaint.move(who, status, self.site.world.now)
        answer = self._act(complaint, who, "PATCH", "/status", {"status": status}, expected)
        if expected == 409:
            assert answer.json()["allowed"] == complaint.allowed(self.site.world.now)

    @rule(complaint=complaints, who=PEOPLE, is_internal=st.booleans())
    def speak(self, complaint: Complaint, who: str, is_internal: bool) -> None:
        text = f"word {len(complaint.said)}"
        expected = complaint.speak(who, text, is_internal, self.site.world.now)
        self._act(complaint, who, "POST", "/comments", {"comment": text, "is_internal": is_internal}, expected)

    @rule(complaint=complaints, who=PEOPLE, agent=st.sampled_from([*STAFF, None]))
    def give(self, complaint: Complaint, who: str, agent: str | None) -> None:
        body = {"agent_id": None if agent is None else getattr(self.site.world, agent)}
        self._act(complaint, who, "POST", "/assign", body, complaint.give(who, agent))

    @rule(complaint=complaints, who=PEOPLE)
    def escalate(self, complaint: Complaint, who: str) -> None:
        self._act(complaint, who, "POST", "/escalate", {"reason": "Angry"}, complaint.escalate(who))

    @rule(complaint=complaints, who=PEOPLE, priority=PRIORITIES, is_stale=st.booleans())
    def set_priority(self, complaint: Complaint, who: str, priority: str, is_stale: bool) -> None:
        seen = complaint.version + (1 if is_stale else 0)
        expected = complaint.set_priority(who, priority, is_stale)
        self._act(complaint, who, "PATCH", "", {"priority": priority, "version": seen}, expected)

    @rule(unit=st.sampled_from(sorted(SPANS)))
    def let_time_pass(self, unit: str) -> None:
        self.site.pass_time(**{unit: SPANS[unit]})
        self.site.run(sweep(self.site.app.state.db, self.site.world.now))
        for complaint in self.known:
            self._swept(complaint)

    @rule(who=st.sampled_from(CUSTOMERS))
    def list_ones_own(self, who: str) -> None:
        rows = self.site.call(who, "GET", "/api/tickets?limit=100").json()["tickets"]
        mine = {each.id: each.status for each in self.known if each.customer == who}
        assert {row["id"]: row["status"] for row in rows if row["id"] > self.last} == mine

    @invariant()
    def what_was_touched_is_as_the_model_says(self) -> None:
        complaint, self.touched = self.touched, None
        if complaint is not None:
            for who in (complaint.customer, "agent"):
                self._compare(complaint, who)
            stranger = CUSTOMERS[complaint.customer == CUSTOMERS[0]]
            assert self.site.call(stranger, "GET", f"/api/tickets/{complaint.id}").status_code == 404

    def teardown(self) -> None:
        with psycopg.connect(self.site.settings.database_url, autocommit=True) as conn:
            found = replay(conn, after=self.last)
        assert (found.problem, found.tickets) == (None, len(self.known))
        if active := [each.id for each in self.known if each.status not in DONE]:
            # the next example finds the agents free
            self.site.call("admin", "POST", "/api/tickets/bulk", {"ticket_ids": active, "status": "closed"})

    def _keep(self, customer: str, made: dict[str, Any]) -> Complaint:
        agent = made["assigned_agent"] and self.site.names[made["assigned_agent"]["id"]]
        assert made["status"] == ("assigned" if agent else "open")
        complaint = Complaint(
            id=made["id"], customer=customer, priority=made["priority"], status=made["status"], agent=agent,
            team=made["team"] and made["team"]["name"], version=made["version"],
        )  # fmt: skip
        self.known.append(complaint)
        self.touched = complaint
        return complaint

    def _act(
        self, complaint: Complaint, who: str, method: str, path: str, body: dict[str, Any], expected: int
    ) -> httpx.Response:
        """A person's act, some seconds after the one before."""
        answer = self.site.call(who, method, f"/api/tickets/{complaint.id}{path}", body)
        assert answer.status_code == expected, f"{who} {method} {path} {body}: {answer.text}"
        self.site.world.later(seconds=1)
        self.touched = complaint
        return answer

    def _compare(self, complaint: Complaint, who: str) -> None:
        seen = self.site.call(who, "GET", f"/api/tickets/{complaint.id}").json()
        assert seen["status"] == complaint.status
        assert seen["priority"] == complaint.priority
        assert [comment["body"] for comment in seen["comments"]] == complaint.heard_by(who)
        if who in STAFF:
            agent = seen["assigned_agent"] and self.site.names[seen["assigned_agent"]["id"]]
            assert (agent, seen["escalation_level"]) == (complaint.agent, complaint.level)
            assert seen["reopen_count"] == complaint.reopened
            assert seen["version"] >= complaint.version
            complaint.version = seen["version"]

    def _swept(self, complaint: Complaint) -> None:
        """What time alone does: close what was left alone, escalate what is late, find an agent for what waits."""
        now = self.site.world.now
        if complaint.is_left_alone(now):
            complaint.become("closed", now)
        seen = self.site.call("admin", "GET", f"/api/tickets/{complaint.id}").json()
        late = [clock for clock in seen["clocks"] if clock["target"].startswith("escalation") and clock["breached_at"]]
        if seen["escalation_level"] > complaint.level:
            assert late
            complaint.raise_level()
        elif seen["assigned_agent"] and complaint.agent is None and complaint.status == "open":
            complaint.give("admin", self.site.names[seen["assigned_agent"]["id"]])
        self._compare(complaint, "admin")


@pytest.mark.timeout(0 if IS_NIGHT else 300)
def test_whatever_people_do_the_api_says_what_the_model_says_and_the_log_is_the_state(site: Site) -> None:
    run_state_machine_as_test(
        lambda: Machine(site),
        settings=examples(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=not IS_NIGHT,
            suppress_health_check=list(HealthCheck),
        ),
    )
