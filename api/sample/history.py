"""A history that might have been: the same for the same seed, sizes and present instant, whoever asks."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

import numpy as np
import polars as pl

from api.importers.history import HAPPENINGS, TICKETS, Chunk, History, shaped
from api.sample import texts
from api.sample.cast import Cast, Named, make_cast, sizes_for
from api.sample.course import CUSTOMER, PRIORITIES, Complaints, tell_course
from api.sample.rhythm import Ints, Rhythm, make_rhythm
from api.sample.words.catalogue import AREA_OF, AREAS, TOPICS

CHUNK = 10_000
RECENT_TICKETS = 150
"""So many of a small history's tickets come from its last hours, so that there is something to do."""
MAX_RECENT_SHARE = 0.1
SKEW = 1.6
"""Above 1: some customers complain more often than others."""
_SOURCES = ("web", "email", "api")
_SOURCE_SHARES = (0.58, 0.32, 0.1)
_PRIORITY_SHARES = np.array([0.03, 0.15, 0.57, 0.25])
_SHOWN = ("open", "assigned", "in_progress", "pending", "resolved", "closed")
"""Named customers have one recent ticket in each of these statuses."""


def make_history(
    seed: int,
    tickets: int,
    days: int,
    now: datetime,
    *,
    prefix: str,
    agents: Mapping[int, Named] | None = None,
    customers: Mapping[int, Named] | None = None,
    admin: Named | None = None,
) -> History:
    """`tickets` complaints of the last `days` days. `customers`: named ones, from number 0 on, to whom some of the first
    chunk's last tickets belong. External ids begin with `prefix`."""
    begins = now - timedelta(days=days + 1)
    whole, *parts = np.random.SeedSequence(seed).spawn(1 + -(-tickets // CHUNK))
    rng = np.random.default_rng(whole)
    cast = make_cast(rng, prefix, sizes_for(tickets, days), begins, agents=agents, customers=customers, admin=admin)
    rhythm = make_rhythm(rng, now.timestamp(), days, min(MAX_RECENT_SHARE, RECENT_TICKETS / tickets))

    def chunks() -> Iterator[Chunk]:
        for number, part in enumerate(parts):
            first, last = number * CHUNK, min((number + 1) * CHUNK, tickets)
            part_rng = np.random.default_rng(part)
            born = rhythm.births(part_rng, last - first, first / tickets, last / tickets)
            yield _chunk(part_rng, cast, rhythm, born, f"{prefix}:{first}", len(customers or {}), now)

    return History(directory=cast.directory, chunks=chunks(), begins=begins)


def _chunk(
    rng: np.random.Generator,
    cast: Cast,
    rhythm: Rhythm,
    born: "np.ndarray[tuple[int], np.dtype[np.float64]]",
    prefix: str,
    named: int,
    now: datetime,
) -> Chunk:
    count = len(born)
    shares = np.array([topic.share for topic in TOPICS])
    topic = rng.choice(len(TOPICS), count, p=shares / shares.sum())
    slots = texts.draw_slots(rng, topic)
    complaints = Complaints(born=born, topic=topic, priority=_priorities(rng, topic), slots=slots)
    happenings = tell_course(rng, cast, rhythm, complaints, now.timestamp())
    owner = (rng.random(count) ** SKEW * (cast.sizes.customers - named)).astype(np.int64) + named
    if named:
        owner = _given(owner, happenings, named)
    customer = cast.customers.gather(owner)
    ids = pl.lit(f"{prefix}-") + pl.int_range(count).cast(pl.String)
    tickets = pl.DataFrame({"n": np.arange(count)}).select(
        external_id=ids,
        subject=texts.subjects(rng, topic, slots),
        description=texts.descriptions(rng, topic, slots),
        source=pl.Series(_SOURCES).gather(rng.choice(len(_SOURCES), count, p=_SOURCE_SHARES)),
        customer=customer,
        skill=pl.Series([AREAS[area].skill for area in AREA_OF]).gather(topic),
        tags=_tags(rng, slots),
        custom_attributes=pl.lit("{}"),
    )
    number = happenings["ticket"].cast(pl.UInt32)
    happenings = happenings.with_columns(
        ticket=tickets["external_id"].gather(number),
        actor=pl.when(pl.col("actor") == CUSTOMER).then(customer.gather(number)).otherwise("actor"),
    )
    return Chunk(tickets=shaped(tickets, TICKETS), happenings=shaped(happenings, HAPPENINGS))


def _priorities(rng: np.random.Generator, topic: Ints) -> Ints:
    """By PRIORITIES' shares, critical and high more often where the topic is urgent."""
    urgency = np.array([topic.urgency for topic in TOPICS])[topic]
    weights = np.repeat(_PRIORITY_SHARES[None, :], len(topic), axis=0)
    weights[:, :2] *= urgency[:, None]
    edges = np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1)
    return np.minimum((rng.random(len(topic))[:, None] > edges).sum(axis=1), len(PRIORITIES) - 1)


def _tags(rng: np.random.Generator, slots: pl.DataFrame) -> pl.Series:
    """No tags, or a few: what agents mark."""
    tags = (["callback"], ["goodwill"], ["repeat"], ["press"], ["callback", "repeat"], [])
    return pl.Series(tags, dtype=pl.List(pl.String)).gather(
        rng.choice(len(tags), len(slots), p=(0.07, 0.05, 0.06, 0.005, 0.015, 0.8))
    )


def _given(owner: Ints, happenings: pl.DataFrame, named: int) -> Ints:
    """The owners, with the last tickets of each shown status given to the named customers in turn."""
    last = (
        happenings.filter(pl.col("status").is_not_null() | (pl.col("kind") == "assigned"))
        .with_columns(status=pl.coalesce("status", pl.lit("assigned")), number=pl.col("ticket").cast(pl.UInt32))
        .sort("number", "at", "seq")
        # an assignment moves what is open, and nothing else
        .filter((pl.col("kind") != "assigned") | (pl.col("status").shift(1) == "open"))
        .group_by("number", maintain_order=True)
        .agg(pl.col("status").last())
        .sort("number", descending=True)
    )
    owner = owner.copy()
    for status in _SHOWN:
        for who, number in enumerate(last.filter(pl.col("status") == status)["number"].head(named)):
            owner[number] = who
    return owner
