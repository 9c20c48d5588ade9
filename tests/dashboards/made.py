"""Made-up tickets with lives that fit together: periods of status, assignments, clocks."""

import itertools
import random
from datetime import UTC, datetime, timedelta
from math import exp
from typing import Any
from zoneinfo import ZoneInfo

NOW = datetime(2026, 11, 24, 9, 12, tzinfo=UTC)
ZONE = "Europe/Berlin"
_ZONE = ZoneInfo(ZONE)
TEAMS = {1: "Billing", 2: "Network", 3: "Hardware", 4: "Onboarding"}
CATEGORIES = {
    1: ("Billing", None, 1), 2: ("Refunds", 1, 1), 3: ("Invoices", 1, 1), 4: ("Network", None, 2), 5: ("Outage", 4, 2),
    6: ("Slow line", 4, 2), 7: ("Devices", None, 3), 8: ("Router", 7, 3), 9: ("Set-up", None, 4),
}  # fmt: skip
AGENTS = ("Ada Brook", "Ben Okafor", "Carla Reyes", "Dimitri Vale", "Elif Sahin", "Farid Noor", "Greta Lund", "Hugo Marsh",
          "Ines Prado", "Jonas Weber", "Kemi Ade", "Lena Fischer")  # fmt: skip
PROMISES = {"critical": (1, 8), "high": (4, 24), "medium": (8, 72), "low": (24, 120)}
"""Hours to the first response and to the resolution, by priority; around the clock."""

TABLES = ("fct_tickets", "fct_status_periods", "fct_assignments", "fct_sla_clocks", "fct_sla_facts", "fct_csat",
          "fct_time_entries", "fct_transitions", "fct_comments", "fct_escalations")  # fmt: skip

HOURS = [1, 1, 1, 1, 1, 2, 4, 9, 16, 19, 18, 16, 13, 14, 15, 14, 12, 9, 7, 5, 4, 3, 2, 1]


class Maker:
    """Rows of tickets, drawn one by one from a seeded source."""

    def __init__(self, seed: int, days: int, now: datetime) -> None:
        self.draw, self.days, self.now = random.Random(seed), days, now
        self.rows: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
        self.event_id = 0

    def span(self, hours: float, spread: float = 0.9) -> timedelta:
        return timedelta(seconds=int(3600 * hours * exp(self.draw.gauss(0, spread))) + 60)

    def ticket(self, ticket_id: int) -> None:
        draw, now = self.draw, self.now
        day = now.replace(minute=0, second=0) - timedelta(days=draw.randrange(self.days))
        created = day.replace(hour=draw.choices(range(24), HOURS)[0]) + timedelta(seconds=draw.randrange(3600))
        if created.isoweekday() > 5 and draw.random() < 0.7:
            created -= timedelta(days=2)
        created = min(created, now - timedelta(minutes=draw.randrange(1, 300)))
        category = draw.choices([2, 3, 5, 6, 8, 9], [20, 16, 14, 18, 17, 9])[0]
        priority = draw.choices(list(PROMISES), [6, 20, 52, 22])[0]
        team = CATEGORIES[category][2]
        crew = [agent for agent in range(1, len(AGENTS) + 1) if (agent - 1) % 4 + 1 == team]
        agent = draw.choices(crew, [8, 5, 1.0][: len(crew)])[0]
        slow = {1: 1.0, 2: 1.5, 3: 0.9, 4: 0.6}[team] * {"critical": 0.12, "high": 0.35, "medium": 1, "low": 2}[
            priority
        ]
        sorted_out = created + self.span(0.25 * slow) if draw.random() < 0.3 else created
        taken = sorted_out + self.span(1.1 * slow)
        replied = taken + self.span(1.3 * slow)
        steps = [(created, "open"), (taken, "assigned"), (replied, "in_progress")]
        holders = [(created, None, None), (sorted_out, team, None), (taken, team, agent)]
        at = replied + self.span(10 * slow, 1.3)
        if draw.random() < 0.45:
            steps.append((at, "pending"))
            at += self.span(24, 1.2)
            steps.append((at, "in_progress"))
            at += self.span(3 * slow)
        if draw.random() < 0.06:
            steps.append((at, "escalated"))
            other = crew[0] if agent != crew[0] else crew[-1]
            holders.append((at, team, other))
            agent = other
            at += self.span(8 * slow)
        resolved = at + self.span(8 * slow)
        steps.append((resolved, "resolved"))
        reopened = draw.random() < 0.07
        if reopened:
            back = resolved + self.span(20)
            resolved = back + self.span(8)
            steps += [(back, "in_progress"), (resolved, "resolved")]
        steps.append((resolved + timedelta(days=3), "closed"))
        self.keep(ticket_id, created, category, priority, steps, holders, replied, draw)

    def keep(
        self, ticket_id: int, created: datetime, category: int, priority: str, steps: list[Any], holders: list[Any],
        replied: datetime, draw: random.Random,
    ) -> None:  # fmt: skip
        now = self.now
        steps = [step for step in steps if step[0] <= now]
        holders = [
            h for n, h in enumerate(holders) if h[0] <= now and (n + 1 == len(holders) or holders[n + 1][0] > h[0])
        ]
        periods = [
            (start, steps[n + 1][0] if n + 1 < len(steps) else None, status) for n, (start, status) in enumerate(steps)
        ]
        stretches = [
            (h[0], holders[n + 1][0] if n + 1 < len(holders) else None, h[1], h[2]) for n, h in enumerate(holders)
        ]
        status, team, agent = steps[-1][1], holders[-1][1], holders[-1][2]
        is_open = status not in ("resolved", "closed")
        done = None if is_open else max(at for at, word in steps if word == "resolved")
        first = replied if replied <= now else None
        reopens = sum(1 for (_, a), (_, b) in itertools.pairwise(steps) if a == "resolved" and b == "in_progress")
        clocks = [
            self.clock(target, hours, created, goal, periods, pauses)
            for (target, goal, pauses), hours in zip(
                (("first_response", first, False), ("resolution", done, True)), PROMISES[priority], strict=True
            )
        ]
        for clock in clocks:
            broke = clock["breached_at"]
            held = next((s for s in reversed(stretches) if broke and s[0] < broke), (None, None, None, None))
            local = broke.astimezone(_ZONE) if broke else None
            self.rows["fct_sla_clocks"].append(
                clock | {
                    "ticket_id": ticket_id, "priority": priority, "team_id": stretches[0][2], "category_id": category,
                    "breached_team_id": held[2], "breached_agent_id": held[3], "policy_version_id": list(PROMISES).index(priority) + 1,
                    "policy_id": list(PROMISES).index(priority) + 1,
                    "breached_status": next((p[2] for p in reversed(periods) if broke and p[0] < broke), None),
                    "breached_weekday": local.isoweekday() if local else None, "breached_hour": local.hour if local else None,
                }
            )  # fmt: skip
        seconds = _totals(periods)
        waits = {word: seconds.get(word, 0) for word in ("open", "assigned", "in_progress", "escalated")}
        number = f"RD-{ticket_id:04d}"
        self.rows["fct_tickets"].append({
            "ticket_id": ticket_id, "number": number, "customer_id": 1000 + ticket_id % 97, "priority": priority,
            "source": draw.choices(["web", "email", "api"], [6, 3, 1])[0], "status": status, "is_open": is_open,
            "category_id": category, "team_id": team, "assigned_agent_id": agent, "escalation_level": 0,
            "created_at": created, "resolved_at": done, "last_event_at": max(steps[-1][0], holders[-1][0]),
            "closed_at": steps[-1][0] if status == "closed" else None, "first_response_at": first,
            "first_response_by": agent if first else None, "first_response_seconds_calendar": _between(created, first),
            "first_response_seconds_business": _between(created, first), "resolution_seconds_calendar": _between(created, done),
            "resolution_seconds_business": clocks[1]["elapsed_seconds"] if done else None,
            "requester_wait_seconds": sum(waits.values()), "agent_work_seconds": waits["assigned"] + waits["in_progress"],
            "on_hold_seconds": seconds.get("pending", 0), "reopens": reopens, "reassignments": 0,
            "escalations": sum(word == "escalated" for _, word in steps), "touches": 2 * len(steps),
            "public_replies": 1 + len(steps) // 3 if first else 0, "internal_notes": 1, "customer_comments": 1,
            "first_response_sla": _outcome(clocks[0]), "resolution_sla": _outcome(clocks[1]),
            "is_sla_breached": any(clock["state"] == "breached" for clock in clocks), "_batch": 1,
        })  # fmt: skip
        for n, (start, end, word) in enumerate(periods, 1):
            self.rows["fct_status_periods"].append({
                "ticket_id": ticket_id, "period_number": n, "status": word, "valid_from": start, "valid_to": end,
                "seconds_calendar": _between(start, end), "is_current": end is None, "priority": priority, "_batch": 1,
            })  # fmt: skip
        for n, (start, end, of_team, of_agent) in enumerate(stretches, 1):
            self.rows["fct_assignments"].append({
                "ticket_id": ticket_id, "assignment_number": n, "team_id": of_team, "agent_id": of_agent, "valid_from": start,
                "valid_to": end, "is_current": end is None, "is_reassignment": False, "priority": priority, "_batch": 1,
            })  # fmt: skip

        self.after(
            ticket_id, priority, periods, stretches, first, done, any(clock["state"] == "breached" for clock in clocks)
        )

    def after(
        self, ticket_id: int, priority: str, periods: list[Any], stretches: list[Any], first: datetime | None,
        done: datetime | None, is_broken: bool,
    ) -> None:  # fmt: skip
        """What else the ticket's life leaves: facts of its clocks, steps, the answer, time logged, a rating."""
        draw, ticket = self.draw, self.rows["fct_tickets"][-1]
        agent = ticket["assigned_agent_id"]
        told: list[tuple[datetime, str, dict[str, Any]]] = [
            (start, "opened" if n == 0 else "status", {"status": word}) for n, (start, _, word) in enumerate(periods)
        ]
        told.insert(1, (periods[0][0], "policy", {"policy_version_id": list(PROMISES).index(priority) + 1}))
        if first:
            told.append((first, "comment", {"is_by_staff": True}))
            self.keep_event("fct_comments", first, comment_id=self.event_id, ticket_id=ticket_id, commented_at=first,
                            author_id=agent, is_internal=False, is_by_staff=True, is_first_response=True,
                            reply_seconds_calendar=_between(periods[0][0], first))  # fmt: skip
        for at, kind, fields in sorted(told, key=lambda fact: fact[0]):
            self.keep_event("fct_sla_facts", at, ticket_id=ticket_id, happened_at=at, kind=kind, **fields)
        team = stretches[-1][2]
        for n, (start, end, word) in enumerate(periods, 1):
            before = periods[n - 2] if n > 1 else None
            self.rows["fct_transitions"].append({
                "ticket_id": ticket_id, "step_number": n, "from_status": before and before[2], "to_status": word, "to_team_id": team,
                "from_team_id": team if before else None, "moved_at": start, "at": start, "priority": priority, "is_last": end is None,
                "waited_seconds": _between(before[0], start) if before else None, "_batch": 1,
            })  # fmt: skip
            if word == "escalated":
                self.keep_event(
                    "fct_escalations", start, ticket_id=ticket_id, escalated_at=start, level=1, priority=priority
                )
        seconds = 0
        if agent and draw.random() < 0.7:
            seconds = draw.randrange(300, 9000)
            self.rows["fct_time_entries"].append({
                "time_entry_id": ticket_id, "ticket_id": ticket_id, "agent_id": agent, "logged_at": ticket["last_event_at"],
                "at": ticket["last_event_at"], "duration_seconds": seconds, "is_billable": draw.random() < 0.6, "_batch": 1,
            })  # fmt: skip
        score = draw.choices([5, 4, 3, 2, 1], [1, 2, 3, 3, 3] if is_broken else [6, 4, 2, 1, 1])[0]
        is_rated = done is not None and draw.random() < 0.4
        if is_rated:
            self.rows["fct_csat"].append({
                "ticket_id": ticket_id, "first_rated_at": done, "rated_at": done, "at": done, "score": score,
                "is_satisfied": score >= 4, "ratings": 1, "_batch": 1,
            })  # fmt: skip
        refunded = done is not None and draw.random() < 0.3
        ticket |= {
            "csat_score": score if is_rated else None, "logged_seconds": seconds, "billable_seconds": 0, "turns": 1,
            "outcome": draw.choice(["upheld", "not_upheld"]) if done else None, "root_cause_id": draw.choice([1, 2, None]) if done else None,
            "remedy": "refund" if refunded else None, "remedy_amount": 20.0 if refunded else None,
            "remedy_currency": "EUR" if refunded else None,
        }  # fmt: skip

    def keep_event(self, table: str, at: datetime, **fields: Any) -> None:
        self.event_id += 1
        self.rows[table].append({"event_id": self.event_id, "at": at, "_batch": 1} | fields)

    def clock(
        self, target: str, hours: int, start: datetime, goal: datetime | None, periods: list[Any], pauses: bool
    ) -> dict[str, Any]:
        left, due = timedelta(hours=hours), None
        pending_since = None
        for begin, end, word in periods:
            if pauses and word == "pending":
                pending_since = begin if end is None else None
                continue
            if end is None or begin + left <= end:
                due = begin + left
                break
            left -= end - begin
        if due is None and pending_since is None:
            due = periods[-1][0] + left
        limit = min(due or self.now, self.now)
        late = due is not None and due <= self.now and (goal is None or goal > due)
        state = "breached" if late else "met" if goal else "paused" if due is None else "open"
        held = sum(
            (_between(b, e) or 0) for b, e, w in periods if pauses and w == "pending" and e and e <= (goal or limit)
        )
        return {
            "target": target, "cycle": 1, "state": state, "target_seconds": hours * 3600, "started_at": start, "due_at": due,
            "elapsed_seconds": (_between(start, goal) or 0) - held if goal else 0, "met_at": goal,
            "paused_at": pending_since, "breached_at": due if late else None,
            "overdue_seconds_calendar": _between(due, goal) if late else None, "_batch": 1,
        }  # fmt: skip


def _between(start: datetime | None, end: datetime | None) -> int | None:
    return None if start is None or end is None else int((end - start).total_seconds())


def _totals(periods: list[Any]) -> dict[str, int]:
    found: dict[str, int] = {}
    for start, end, word in periods:
        found[word] = found.get(word, 0) + (_between(start, end) or 0)
    return found


def _outcome(clock: dict[str, Any]) -> str:
    return "open" if clock["state"] == "paused" else clock["state"]
