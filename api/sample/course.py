"""What becomes of complaints: all that happens to many tickets, step by step, each step for all of them at once.

Times are lognormal in seconds of work (see `rhythm`), with a median by priority and a heavy share of hard cases, so that
most promises are kept and some are not. Nothing here looks at clocks: breaches and escalations follow when it is loaded.
"""

from typing import Any

import msgspec
import numpy as np
import polars as pl

from api.importers.history import HAPPENINGS, HOLDER, shaped
from api.sample import texts
from api.sample.cast import Cast, category_id
from api.sample.rhythm import DAY, Bools, Floats, Ints, Rhythm
from api.sample.words.catalogue import AREA_OF, AREAS, TEAM_OF, TOPICS

PRIORITIES = ("critical", "high", "medium", "low")
CUSTOMER = "@customer"
"""As an actor: the ticket's customer, who is chosen when it is known what became of the ticket."""
MINUTE, HOUR = 60.0, 3600.0
FIRST_ANSWER = (9 * MINUTE, 40 * MINUTE, 80 * MINUTE, 3.5 * HOUR)
EFFORT = (30 * MINUTE, 1.9 * HOUR, 4.5 * HOUR, 8 * HOUR)
"""Medians by priority, in the order of PRIORITIES."""
HARD = (7.0, 9.0, 13.0, 17.0)
"""How many times longer hard cases take."""
HARD_SHARE = 0.12
AUTO_CLOSE = 7 * DAY

_TEAM_OF_TOPIC = np.array([TEAM_OF[area] for area in AREA_OF])
_CATEGORIES = pl.Series(
    [category_id(AREAS[area].name, topic.name) for area, topic in zip(AREA_OF, TOPICS, strict=True)]
)


class Complaints(msgspec.Struct, frozen=True, kw_only=True):
    """What is known when they come in, a value per ticket; `priority` by its place in PRIORITIES."""

    born: Floats
    topic: Ints
    priority: Ints
    slots: pl.DataFrame


def tell_course(
    rng: np.random.Generator, cast: Cast, rhythm: Rhythm, complaints: Complaints, now: float
) -> pl.DataFrame:
    """HAPPENINGS up to `now`, but for `ticket`, which is a number, and the actor CUSTOMER."""
    course = _Course(rng, cast, rhythm, complaints, now)
    course.open()
    course.route()
    course.misroute()
    course.answer()
    course.raise_priority()
    course.note()
    course.hand_over()
    course.ask(0.34)
    course.ask(0.08)
    course.chase()
    course.solve()
    course.reopen()
    course.close()
    return course.told()


class _Course:
    """Where each ticket is: `at` is when the last thing happened to it, `agent` and `team` are who has it."""

    def __init__(
        self, rng: np.random.Generator, cast: Cast, rhythm: Rhythm, complaints: Complaints, now: float
    ) -> None:
        self._rng, self._cast, self._rhythm, self._now = rng, cast, rhythm, now
        self._of = complaints
        self._count = len(complaints.born)
        self._is_hard = rng.random(self._count) < HARD_SHARE
        self._is_urgent = complaints.priority <= 1
        self._at = complaints.born
        region = rng.integers(0, cast.sizes.squads, self._count)
        self._team = _TEAM_OF_TOPIC[complaints.topic] * cast.sizes.squads + region
        self._agent = np.zeros(self._count, dtype=np.int64)
        self._is_given_up = np.zeros(self._count, dtype=np.bool_)
        self._parts: list[pl.DataFrame] = []

    def open(self) -> None:
        rng, count = self._rng, self._count
        # some choose a category of somebody else, and their complaint starts in the wrong team
        self._is_misrouted = rng.random(count) < 0.08
        wrong = rng.integers(0, len(TOPICS), count)
        self._is_misrouted &= _TEAM_OF_TOPIC[wrong] != _TEAM_OF_TOPIC[self._of.topic]
        self._right_team = self._team
        squads = self._cast.sizes.squads
        first = np.where(self._is_misrouted, wrong, self._of.topic)
        self._team = np.where(self._is_misrouted, _TEAM_OF_TOPIC[wrong] * squads + self._team % squads, self._team)
        self._is_left = rng.random(count) < 0.08
        how = _either(self._is_left, "no_routing", None)
        self._tell(
            self._all(), "created", actor=CUSTOMER, status="open", agent="", how=how,
            priority=pl.Series(PRIORITIES).gather(self._of.priority), team=self._teams(), category=_CATEGORIES.gather(first),
        )  # fmt: skip

    def route(self) -> None:
        """Most are routed at once, some wait until somebody takes them."""
        quick = self._at + self._rng.uniform(0.2, 4.0, self._count)
        taken = self._after(self._spread(75 * MINUTE, 1.0))
        self._at = np.where(self._is_left, taken, quick)
        self._agent = self._cast.holder(self._rng, self._team, self._at)
        how = _either(self._is_left, "taken", "routed")
        actor = _either(self._is_left, HOLDER, None)
        self._tell(self._all(), "assigned", agent=self._agents(), actor=actor, how=how)

    def misroute(self) -> None:
        """Passed on to the right team; some teams pass it back once."""
        wrong_team = self._team
        self._pass_on(
            self._is_misrouted, self._right_team, texts.MISROUTED, category=_CATEGORIES.gather(self._of.topic)
        )
        bounced = self._is_misrouted & self._chance(0.2)
        self._pass_on(bounced, wrong_team, texts.BOUNCED)
        self._pass_on(bounced, self._right_team, texts.MISROUTED)

    def answer(self) -> None:
        """An agent begins, and answers for the first time."""
        work = self._spread(np.array(FIRST_ANSWER)[self._of.priority], 0.7) * np.where(self._chance(0.05), 5.0, 1.0)
        answered = self._after(work)
        self._at = answered - np.minimum(300.0, (answered - self._at) / 2)
        self._tell(self._all(), "status", status="in_progress", actor=HOLDER, how="requested")
        self._at = answered
        parts = [
            texts.ACKNOWLEDGEMENTS.some(self._rng, self._count),
            texts.PLANS.some(self._rng, self._count),
            texts.PLANS.some(self._rng, self._count, 0.2),
        ]
        self._write(self._all(), texts.letters(self._rng, parts, self._of.slots))

    def raise_priority(self) -> None:
        some = self._chance(0.05) & (self._of.priority >= 2)
        self._pass_time(some, 20.0, 0.5)
        self._tell(
            some, "priority", actor=HOLDER, priority=pl.Series(PRIORITIES).gather(np.maximum(self._of.priority - 1, 0))
        )

    def note(self) -> None:
        some = self._chance(0.3)
        self._pass_time(some, 15 * MINUTE, 0.8)
        slots = self._slots(some)
        found = texts.FINDINGS.draw(self._rng, self._of.topic[some])
        self._write(some, texts.notes([found, texts.ASIDES.some(self._rng, len(slots), 0.5)], slots), is_internal=True)

    def hand_over(self) -> None:
        """At the end of a shift a colleague goes on."""
        some = self._chance(0.08)
        self._pass_time(some, 40 * MINUTE, 0.6)
        self._reassign(some)

    def ask(self, share: float) -> None:
        """The agent waits for the customer, who answers sooner or later, or never."""
        some = self._chance(share) & ~self._is_given_up
        self._pass_time(some, 25 * MINUTE, 0.8)
        rng, slots, which = self._rng, self._slots(some), self._rng.random(self._count)
        question = texts.QUESTIONS.at(self._of.topic[some], which[some])
        asked = [texts.ACKNOWLEDGEMENTS.some(rng, len(slots), 0.3), question]
        self._write(some, texts.letters(rng, asked, slots))
        self._pass_time(some, 6.0, 0.4)
        self._tell(some, "status", status="pending", actor=HOLDER, how="requested")
        silent = some & self._chance(0.07)
        self._is_given_up |= silent
        answering = some & ~silent
        answered = self._rhythm.customers.after(self._at, self._spread(7 * HOUR, 1.0))
        self._at = np.where(answering, answered, self._at)
        slots = self._slots(answering)
        answer = texts.ANSWERS.at(self._of.topic[answering], which[answering])
        said = [texts.ANSWER_OPENINGS.some(rng, len(slots), 0.6), answer]
        self._write(answering, texts.notes(said, slots), by_customer=True)
        self._tell(answering, "status", status="in_progress", actor=CUSTOMER, how="customer_replied")

    def chase(self) -> None:
        """Work goes on; who waits long asks how far it is, and is told."""
        self._effort = self._spread(np.array(EFFORT)[self._of.priority], 0.75)
        self._effort *= np.where(self._is_hard, np.array(HARD)[self._of.priority], 1.0)
        later = self._after(self._effort * 0.6)
        some = (later - self._at > 20 * HOUR) & ~self._is_given_up & self._chance(0.5)
        self._effort = np.where(some, self._effort * 0.4, self._effort)
        self._at = np.where(some, later, self._at)
        slots = self._slots(some)
        self._write(some, texts.notes([texts.CHASERS.some(self._rng, len(slots))], slots), by_customer=True)
        self._pass_time(some, 50 * MINUTE, 0.9)
        self._write(some, texts.letters(self._rng, [texts.CHASED.some(self._rng, len(slots))], slots))

    def solve(self) -> None:
        """Solved, or given up after a week without an answer."""
        waited = self._at + self._rng.uniform(5, 8, self._count) * DAY
        self._at = np.where(self._is_given_up, waited, self._after(self._effort))
        given_up = self._is_given_up
        told = [texts.UNANSWERED.some(self._rng, int(given_up.sum()))]
        self._write(given_up, texts.letters(self._rng, told, self._slots(given_up)))
        self._write_fix(~given_up, texts.ACKNOWLEDGEMENTS, 0.3)
        self._pass_time(self._all(), 12.0, 0.5)
        self._tell(self._all(), "status", status="resolved", actor=HOLDER, how="requested")

    def reopen(self) -> None:
        some = self._chance(0.05)
        disappointed = self._rhythm.customers.after(self._at, self._spread(14 * HOUR, 0.8))
        self._at = np.where(some, np.minimum(disappointed, self._at + 6.5 * DAY), self._at)
        slots = self._slots(some)
        self._write(some, texts.notes([texts.REOPENINGS.some(self._rng, len(slots))], slots), by_customer=True)
        self._tell(some, "status", status="in_progress", actor=CUSTOMER, how="customer_replied")
        self._pass_time(some, 5 * HOUR, 0.8)
        self._write_fix(some, texts.APOLOGIES, 1.0)
        self._pass_time(some, 12.0, 0.5)
        self._tell(some, "status", status="resolved", actor=HOLDER, how="requested")

    def close(self) -> None:
        early = self._chance(0.15)
        by_hand = self._at + np.minimum(self._spread(1.5 * DAY, 0.5), AUTO_CLOSE - HOUR)
        by_itself = self._at + AUTO_CLOSE + self._rng.uniform(0.5, 55, self._count)
        self._at = np.where(early, by_hand, by_itself)
        actor = _either(early, HOLDER, None)
        how = _either(early, "requested", "auto_closed")
        self._tell(self._all(), "status", status="closed", actor=actor, how=how)

    def told(self) -> pl.DataFrame:
        return pl.concat(self._parts)

    def _pass_on(self, some: Bools, team: Ints, why: texts.Bank, **more: pl.Series) -> None:
        """A note, another team (and category), and somebody of it."""
        self._pass_time(some, 12 * MINUTE, 0.8)
        slots = self._slots(some).with_columns(team=self._cast.team_names.gather(team[some]))
        self._write(some, texts.notes([why.some(self._rng, len(slots))], slots), is_internal=True)
        self._pass_time(some, 5.0, 0.4)
        self._team = np.where(some, team, self._team)
        self._tell(some, "updated", actor=HOLDER, team=self._teams(), **more)
        self._reassign(some)

    def _reassign(self, some: Bools) -> None:
        """By the one who has it, to somebody of the team."""
        self._pass_time(some, 8.0, 0.4)
        giver = self._agents()
        self._agent = np.where(some, self._cast.holder(self._rng, self._team, self._at), self._agent)
        self._tell(some, "assigned", actor=giver, agent=self._agents(), how="requested")

    def _write_fix(self, some: Bools, opening: texts.Bank, share: float) -> None:
        slots = self._slots(some)
        parts = [
            opening.some(self._rng, len(slots), share),
            texts.FIXES.draw(self._rng, self._of.topic[some]),
            texts.CLOSINGS.some(self._rng, len(slots), 0.7),
        ]
        self._write(some, texts.letters(self._rng, parts, slots))

    def _write(self, some: Bools, body: pl.Series, *, is_internal: bool = False, by_customer: bool = False) -> None:
        """`body`: of these tickets alone."""
        actor = CUSTOMER if by_customer else HOLDER
        words = pl.repeat(None, self._count, dtype=pl.String, eager=True).scatter(np.flatnonzero(some), body)
        self._tell(some, "comment", actor=actor, body=words, is_internal=is_internal, is_by_staff=not by_customer)

    def _tell(self, some: Bools, kind: str, **columns: Any) -> None:
        """That it happened to these tickets, if it did before now. Columns: a value for all, or one per ticket."""
        chosen = some & (self._at <= self._now)
        places = np.flatnonzero(chosen)
        instants = np.round(self._at[places] * 1e6).astype(np.int64)
        values = {
            name: value.gather(places) if isinstance(value, pl.Series) else pl.lit(value)
            for name, value in columns.items()
        }
        part = pl.DataFrame({"ticket": places, "at": instants}).with_columns(
            seq=pl.lit(len(self._parts)), kind=pl.lit(kind), at=pl.from_epoch("at", "us").dt.replace_time_zone("UTC"), **values
        )  # fmt: skip
        self._parts.append(shaped(part, HAPPENINGS))

    def _pass_time(self, some: Bools, median: float, sigma: float) -> None:
        self._at = np.where(some, self._after(self._spread(median, sigma)), self._at)

    def _after(self, work: Floats) -> Floats:
        """When so much work is done that begins now."""
        usual, urgent = self._rhythm.usual.after(self._at, work), self._rhythm.urgent.after(self._at, work)
        # past the last edge of the lines nothing is told, but time must not run backwards
        return np.maximum(np.where(self._is_urgent, urgent, usual), self._at)

    def _spread(self, median: float | Floats, sigma: float) -> Floats:
        return median * self._rng.lognormal(0, sigma, self._count)

    def _chance(self, share: float) -> Bools:
        return self._rng.random(self._count) < share

    def _all(self) -> Bools:
        return np.ones(self._count, dtype=np.bool_)

    def _slots(self, some: Bools) -> pl.DataFrame:
        return self._of.slots.filter(some)

    def _agents(self) -> pl.Series:
        return self._cast.agents.gather(self._agent)

    def _teams(self) -> pl.Series:
        return self._cast.teams.gather(self._team)


def _either(some: Bools, words: str, others: str | None) -> pl.Series:
    return pl.Series([others, words], dtype=pl.String).gather(some.astype(np.int64))
