"""A complaint as the rules on paper tell it, in plain Python: what each act answers, and what it leaves behind."""

from datetime import datetime, timedelta

import msgspec

MOVES = {
    "open": "assigned in_progress pending escalated resolved closed",
    "assigned": "open in_progress pending escalated resolved closed",
    "in_progress": "assigned pending escalated resolved closed",
    "pending": "in_progress assigned escalated resolved closed",
    "escalated": "assigned in_progress pending resolved closed",
    "resolved": "in_progress closed",
    "closed": "in_progress",
}
DONE = ("resolved", "closed")
CUSTOMERS = ("customer", "other_customer")
TEAMS = {"Support": ("agent", "lead"), "Field service": ("outsider",)}
STAFF = ("agent", "lead", "outsider", "admin")
REOPEN_WITHIN = timedelta(days=14)
CLOSE_AFTER = timedelta(days=7)


class Complaint(msgspec.Struct):
    """`customer` and `agent` are names of people; `said` are (text, is_internal) in order. Acts return a status of HTTP."""

    id: int
    customer: str
    priority: str
    status: str
    agent: str | None
    team: str | None
    version: int
    level: int = 0
    reopened: int = 0
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    spoken_at: datetime | None = None
    said: list[tuple[str, bool]] = []

    def is_seen_by(self, who: str) -> bool:
        return who in STAFF or who == self.customer

    def is_work_of(self, who: str) -> bool:
        """An agent works what is theirs, their teams', and what is nobody's."""
        is_nobodys = self.agent is None and self.team is None
        return who == "admin" or who == self.agent or who in TEAMS.get(self.team or "", ()) or is_nobodys

    def heard_by(self, who: str) -> list[str]:
        return [text for text, is_internal in self.said if who in STAFF or not is_internal]

    def allowed(self, now: datetime) -> list[str]:
        if self.closed_at is not None and now > self.closed_at + REOPEN_WITHIN:
            return []
        return MOVES[self.status].split()

    def move(self, who: str, status: str, now: datetime) -> int:
        if not self.is_seen_by(who):
            return 404
        if who in STAFF and not self.is_work_of(who):
            return 403
        if status not in self.allowed(now):
            return 409
        if who in CUSTOMERS and status != ("in_progress" if self.status in DONE else "resolved"):
            return 403
        if status == "assigned" and self.agent is None:
            return 422
        self.become(status, now)
        return 200

    def become(self, status: str, now: datetime) -> None:
        if self.status in DONE and status not in DONE:
            self.reopened, self.resolved_at, self.closed_at = self.reopened + 1, None, None
        if status in DONE:
            self.resolved_at = self.resolved_at or now
        if status == "closed":
            self.closed_at = now
        if status == "open":
            self.agent = None
        self.status = status

    def speak(self, who: str, text: str, is_internal: bool, now: datetime) -> int:
        if not self.is_seen_by(who):
            return 404
        if is_internal and who in CUSTOMERS:
            return 403
        self.said.append((text, is_internal))
        self.spoken_at = now
        if who in CUSTOMERS and self.status in ("pending", "resolved"):
            self.become("in_progress", now)
        return 201

    def give(self, who: str, agent: str | None) -> int:
        if who in CUSTOMERS or not self.is_work_of(who):
            return 403
        if self.status in DONE:
            return 409
        if agent != self.agent:
            self.agent = agent
            if agent and self.status == "open":
                self.status = "assigned"
            elif agent is None and self.status == "assigned":
                self.status = "open"
        return 200

    def escalate(self, who: str) -> int:
        if who in CUSTOMERS or not self.is_work_of(who):
            return 403
        if self.status in DONE:
            return 409
        self.raise_level()
        return 200

    def raise_level(self) -> None:
        """It goes to its team's lead, else to the one admin."""
        to = "lead" if self.team == "Support" else "admin"
        self.status, self.level, self.agent = "escalated", self.level + 1, to

    def set_priority(self, who: str, priority: str, is_stale: bool) -> int:
        if who in CUSTOMERS:
            return 403
        if is_stale:
            return 409
        if not self.is_work_of(who):
            return 403
        self.priority = priority
        return 200

    def is_left_alone(self, now: datetime) -> bool:
        """Resolved, and nobody said a word since, for so long that it closes."""
        before = now - CLOSE_AFTER
        is_silent = self.spoken_at is None or self.spoken_at <= before
        return self.status == "resolved" and self.resolved_at is not None and self.resolved_at <= before and is_silent
