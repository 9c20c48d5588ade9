"""A made-up history is the same for the same seed, and plausible whenever it is made."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from api.importers.fold import fold
from api.importers.history import History
from api.sample.history import CHUNK, make_history
from api.sample.words.catalogue import TOPICS
from api.tickets.rules.moves import ALLOWED

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
NIGHT = datetime(2026, 11, 22, 3, 30, tzinfo=UTC)
"""A Sunday."""


def frames(history: History) -> list[pl.DataFrame]:
    directory = history.directory
    return [
        *(getattr(directory, name) for name in directory.__struct_fields__),
        *(frame for chunk in history.chunks for frame in (chunk.tickets, chunk.happenings)),
    ]


def happenings(tickets: int, days: int, now: datetime, seed: int = 1) -> pl.DataFrame:
    """All that happened, of several chunks, with numbers for references, as the loader folds it."""
    whole = pl.concat(chunk.happenings for chunk in make_history(seed, tickets, days, now, prefix="t").chunks)
    none = pl.lit("")
    return whole.with_columns(
        pl.col("kind").cast(pl.String),
        ticket_id=pl.col("ticket").rank("dense").cast(pl.Int64),
        actor_id=pl.lit(0, dtype=pl.Int64),
        **{
            f"{name}_id": pl.when(pl.col(name) == none)
            .then(0)
            .when(pl.col(name).is_not_null())
            .then(pl.col(name).hash() // 4)
            .cast(pl.Int64)
            for name in ("agent", "team", "category")
        },
    )


def test_the_same_seed_tells_the_same_history() -> None:
    def made(seed: int) -> list[pl.DataFrame]:
        return frames(make_history(seed, CHUNK + 500, 60, NOON, prefix="t"))

    one, same, other = made(1), made(1), made(2)
    assert len(one) == len(same) == 6 + 2 * 2
    assert all(left.equals(right) for left, right in zip(one, same, strict=True))
    assert not one[-1].equals(other[-1])


@pytest.mark.parametrize("now", [NOON, NIGHT])
def test_only_allowed_moves_are_made_in_order_and_none_after_now(now: datetime) -> None:
    told = happenings(3000, 90, now)
    assert told["at"].max() <= now
    rows = fold(told)
    moves = rows.filter(~pl.col("is_first") & pl.col("status").ne_missing(pl.col("old_status")))
    made = set(moves.select("old_status", "status").unique().iter_rows())
    assert made <= {(old, new) for old, following in ALLOWED.items() for new in following}
    assert {("resolved", "in_progress"), ("pending", "in_progress"), ("pending", "resolved")} <= made


@pytest.mark.parametrize("now", [NOON, NIGHT])
def test_at_the_end_there_are_tickets_in_every_status(now: datetime) -> None:
    last = fold(happenings(2000, 180, now)).group_by("ticket_id", maintain_order=True).last()
    found = dict(last.group_by("status").len().iter_rows())
    assert found.keys() == {"open", "assigned", "in_progress", "pending", "resolved", "closed"}
    assert found["closed"] > 1500


def test_work_and_complaints_follow_the_week() -> None:
    told = happenings(10_000, 70, NOON)
    born = told.filter(pl.col("kind") == "created")
    by_day = born.group_by(pl.col("at").dt.weekday()).len().sort("at")["len"]
    assert by_day[0] > 1.5 * by_day[6]
    by_hour = dict(born.group_by(pl.col("at").dt.hour()).len().iter_rows())
    assert by_hour[10] > 5 * by_hour[3]


def test_people_ask_reopen_and_pass_on_as_often_as_one_would_think() -> None:
    told = happenings(10_000, 90, NOON)
    rows = fold(told)
    last = rows.group_by("ticket_id").agg(pl.col("reopen_count").last(), teams=pl.col("team_id").n_unique())
    assert 0.03 < (last["reopen_count"] > 0).mean() < 0.07
    assert 0.03 < (last["teams"] > 1).mean() < 0.12
    comments = told.filter(pl.col("kind") == "comment")
    assert 2.5 < len(comments) / 10_000 < 4.5
    assert comments["body"].null_count() == 0
    assert not comments["body"].str.contains(r"[{}]").any()
    assert {True, False} == set(comments["is_internal"]) == set(comments["is_by_staff"])


def test_complaints_are_worth_searching() -> None:
    tickets = next(make_history(1, 5000, 90, NOON, prefix="t").chunks).tickets
    assert tickets["description"].n_unique() > 4900
    assert tickets["subject"].n_unique() > 1500
    assert not tickets.select(pl.concat_str("subject", "description").str.contains(r"[{}]")).to_series().any()
    assert tickets["description"].str.count_matches(r"[.?!:](\s|$)").max() <= 9


def test_every_topic_has_as_many_answers_as_questions() -> None:
    assert all(len(topic.questions) == len(topic.answers) for topic in TOPICS)


def test_nothing_is_older_than_the_history_says() -> None:
    history = make_history(1, 1000, 30, NOON, prefix="t")
    oldest = min(chunk.happenings["at"].min() for chunk in history.chunks)
    assert history.begins <= NOON - timedelta(days=30) <= oldest + timedelta(hours=1)
