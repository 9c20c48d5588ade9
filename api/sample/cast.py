"""Who takes part: customers, agents in teams and shifts, and the categories that lead to them."""

from collections.abc import Mapping
from datetime import datetime

import msgspec
import numpy as np
import polars as pl

from api.importers.history import CATEGORIES, MEMBERS, PEOPLE, PROFICIENCIES, SKILLS, TEAMS, Directory, shaped
from api.sample.rhythm import Floats, Ints, shift_of
from api.sample.words import catalogue
from api.sample.words.phrases import FIRST_NAMES, LAST_NAMES

TICKETS_PER_CUSTOMER = 4
TICKETS_PER_AGENT_AND_DAY = 8
MIN_AGENTS = 12
SQUAD = 15
"""About so many agents make a team; larger installations have several of a kind."""
SHIFTS = 3
_TAGS: tuple[list[str], ...] = ([], ["business"], ["vip"])
_TAG_SHARES = (0.86, 0.1, 0.04)
_AVAILABILITIES = ("available", "away", "offline")
_AVAILABILITY_SHARES = (0.6, 0.15, 0.25)


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who can sign in."""

    email: str
    name: str
    password_hash: str
    availability: str = "offline"


class Sizes(msgspec.Struct, frozen=True, kw_only=True):
    """How many take part. Teams of a kind are numbered from 0; there are `squads` of each kind."""

    customers: int
    agents: int
    squads: int


class Cast(msgspec.Struct, frozen=True, kw_only=True):
    """Everybody by number: external ids in `agents`, `customers` and `teams` (kind by kind, `squads` of each)."""

    directory: Directory
    sizes: Sizes
    agents: pl.Series
    customers: pl.Series
    teams: pl.Series
    team_names: pl.Series
    on_shift: Ints
    """Numbers of agents, by team and shift."""
    starts: Ints
    counts: Ints
    """Where in `on_shift` a team and shift begin, and how many there are; by team × SHIFTS + shift."""

    def holder(self, rng: np.random.Generator, team: Ints, at: Floats) -> Ints:
        """For each, somebody of the team who works at that hour."""
        place = team * SHIFTS + shift_of(at)
        return self.on_shift[self.starts[place] + (rng.random(len(team)) * self.counts[place]).astype(np.int64)]


def sizes_for(tickets: int, days: int) -> Sizes:
    """People for so many tickets."""
    agents = max(MIN_AGENTS, round(tickets / days / TICKETS_PER_AGENT_AND_DAY))
    kinds = len(catalogue.TEAMS)
    return Sizes(
        customers=max(10, tickets // TICKETS_PER_CUSTOMER), agents=agents, squads=max(1, round(agents / SQUAD / kinds))
    )


def make_cast(
    rng: np.random.Generator,
    prefix: str,
    sizes: Sizes,
    at: datetime,
    *,
    agents: Mapping[int, Named] | None = None,
    customers: Mapping[int, Named] | None = None,
    admin: Named | None = None,
) -> Cast:
    """Everybody, there since `at`; who is named takes the place of that number."""
    kinds = len(catalogue.TEAMS)
    team = np.arange(sizes.agents) % (sizes.squads * kinds)
    staff = _people(rng, f"{prefix}:agent:", "agent", sizes.agents, agents or {})
    if agents:
        staff = _leave_work_to(staff, team, list(agents))
    clients = _people(rng, f"{prefix}:customer:", "customer", sizes.customers, customers or {})
    people = [staff, clients]
    if admin is not None:
        people.append(_people(rng, f"{prefix}:admin:", "admin", 1, {0: admin}))
    names = [f"{kind} {n + 1}" if n else kind for kind in catalogue.TEAMS for n in range(sizes.squads)]
    teams = pl.DataFrame({"name": names}).select(external_id=pl.lit("sample:team:") + pl.col("name"), name="name")
    in_team = pl.DataFrame({"person": staff["external_id"], "team": teams["external_id"].gather(team)})
    is_first = np.arange(sizes.agents) < sizes.squads * kinds
    begun = pl.lit(at)
    directory = Directory(
        people=shaped(pl.concat(people).with_columns(created_at=begun), PEOPLE),
        teams=shaped(teams.with_columns(created_at=begun), TEAMS),
        members=shaped(
            in_team.with_columns(pl.Series("role", np.where(is_first, "lead", "member")), created_at=begun), MEMBERS
        ),
        skills=shaped(
            pl.DataFrame({"name": [area.skill for area in catalogue.AREAS]}).with_columns(created_at=begun), SKILLS
        ),
        proficiencies=shaped(
            _proficiencies(rng, staff["external_id"], team // sizes.squads).with_columns(created_at=begun),
            PROFICIENCIES,
        ),
        categories=shaped(_categories().with_columns(created_at=begun), CATEGORIES),
    )
    on_shift, starts, counts = _shifts(team, sizes.squads * kinds)
    return Cast(
        directory=directory,
        sizes=sizes,
        agents=staff["external_id"],
        customers=clients["external_id"],
        teams=teams["external_id"],
        team_names=teams["name"],
        on_shift=on_shift,
        starts=starts,
        counts=counts,
    )


def category_id(area: str, topic: str = "") -> str:
    """External id of a category; without a topic, of its parent."""
    return f"sample:category:{area}/{topic}" if topic else f"sample:category:{area}"


def _people(rng: np.random.Generator, prefix: str, role: str, count: int, named: Mapping[int, Named]) -> pl.DataFrame:
    first = pl.Series(FIRST_NAMES).gather(rng.integers(0, len(FIRST_NAMES), count))
    last = pl.Series(LAST_NAMES).gather(rng.integers(0, len(LAST_NAMES), count))
    tags = rng.choice(len(_TAGS), count, p=_TAG_SHARES) if role == "customer" else np.zeros(count, dtype=np.int64)
    availability = (
        pl.Series(_AVAILABILITIES).gather(rng.choice(3, count, p=_AVAILABILITY_SHARES))
        if role == "agent"
        else pl.Series(["offline"] * count)
    )
    number = pl.int_range(1, count + 1, eager=True).cast(pl.String)
    domain = prefix.removesuffix(":").replace(":", ".")
    people = pl.DataFrame(
        {"first": first, "last": last, "number": number, "availability": availability, "tags": pl.Series(_TAGS, dtype=pl.List(pl.String)).gather(tags)}
    ).select(
        external_id=pl.lit(prefix) + pl.col("number"),
        email=pl.format("{}.{}{}@{}.example", pl.col("first").str.to_lowercase(), pl.col("last").str.to_lowercase(), "number", pl.lit(domain)),
        name=pl.format("{} {}", "first", "last"),
        role=pl.lit(role),
        availability="availability",
        tags="tags",
        password_hash=pl.lit(None, dtype=pl.String),
    )  # fmt: skip
    if not named:
        return people
    places = pl.Series(list(named), dtype=pl.UInt32)
    return people.with_columns(
        people[field].scatter(places, [getattr(somebody, field) for somebody in named.values()])
        for field in ("email", "name", "availability", "password_hash")
    )


def _leave_work_to(staff: pl.DataFrame, team: Ints, named: list[int]) -> pl.DataFrame:
    """In teams with somebody one can sign in as, the others are away, so that new work comes to those; in the other teams
    at least the lead is there."""
    number = np.arange(len(staff))
    is_named = np.isin(number, named)
    is_away = np.isin(team, team[named]) & ~is_named
    is_there = is_named | (~np.isin(team, team[named]) & (number == team))
    return staff.with_columns(
        availability=pl.when(pl.Series(is_there))
        .then(pl.lit("available"))
        .when(pl.Series(is_away))
        .then(pl.lit("away"))
        .otherwise("availability")
    )


def _proficiencies(rng: np.random.Generator, agents: pl.Series, kind: Ints) -> pl.DataFrame:
    """Each agent is good at what the team does, and knows a little of something else."""
    made: list[pl.DataFrame] = []
    for index, area in enumerate(catalogue.AREAS):
        is_own = kind == catalogue.TEAM_OF[index]
        knows = is_own | (rng.random(len(agents)) < 0.15)
        level = np.where(is_own, rng.integers(3, 6, len(agents)), rng.integers(1, 3, len(agents)))
        made.append(
            pl.DataFrame({"person": agents, "skill": [area.skill] * len(agents), "proficiency": level}).filter(knows)
        )
    return pl.concat(made)


def _categories() -> pl.DataFrame:
    rows: list[tuple[str, str, str | None, str, str]] = []
    for area in catalogue.AREAS:
        team = f"sample:team:{area.team}"
        rows.append((category_id(area.name), area.name, None, area.skill, team))
        rows += [
            (category_id(area.name, topic.name), topic.name, category_id(area.name), area.skill, team)
            for topic in area.topics
        ]
    return pl.DataFrame(rows, schema=["external_id", "name", "parent", "skill", "team"], orient="row")


def _shifts(team: Ints, teams: int) -> tuple[Ints, Ints, Ints]:
    """Who works when: within a team every third agent has the same shift; a shift nobody has is everybody's."""
    numbers: list[Ints] = []
    for number in range(teams):
        members = np.flatnonzero(team == number)
        numbers += [members[shift::SHIFTS] if len(members) > shift else members for shift in range(SHIFTS)]
    counts = np.array([len(some) for some in numbers], dtype=np.int64)
    return np.concatenate(numbers), np.cumsum(counts) - counts, counts
