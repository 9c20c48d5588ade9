"""Sentences put together: whole columns of subjects, complaints and comments."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from api.sample.rhythm import Floats, Ints
from api.sample.words import phrases
from api.sample.words.catalogue import AREA_OF, AREAS, TOPICS

PARAGRAPH = "\n\n"
_PRODUCTS = [AREAS[area].products for area in AREA_OF]


class Bank:
    """Sentences to draw from, in groups."""

    def __init__(self, *groups: Sequence[str]) -> None:
        self._lines = pl.Series([line for group in groups for line in group], dtype=pl.String)
        self._counts = np.array([len(group) for group in groups], dtype=np.int64)
        self._starts = np.cumsum(self._counts) - self._counts

    def draw(self, rng: np.random.Generator, group: Ints) -> pl.Series:
        """One line of each group named."""
        return self.at(group, rng.random(len(group)))

    def at(self, group: Ints, share: Floats) -> pl.Series:
        """The line that lies so far (0 to below 1) into each group named."""
        return self._lines.gather(self._starts[group] + (share * self._counts[group]).astype(np.int64))

    def some(self, rng: np.random.Generator, count: int, share: float = 1.0) -> pl.Series:
        """Lines of the only group; null but for a share of them."""
        lines = self.draw(rng, np.zeros(count, dtype=np.int64))
        return lines if share >= 1 else lines.set(pl.Series(rng.random(count) >= share), None)


SUBJECTS = Bank(*(topic.subjects for topic in TOPICS))
PROBLEMS = Bank(*(topic.problems for topic in TOPICS))
FINDINGS = Bank(*(topic.findings for topic in TOPICS))
QUESTIONS = Bank(*(topic.questions for topic in TOPICS))
ANSWERS = Bank(*(topic.answers for topic in TOPICS))
FIXES = Bank(*(topic.fixes for topic in TOPICS))
PRODUCTS = Bank(*_PRODUCTS)
DETAILS = Bank(phrases.DETAILS)
IMPACTS = Bank(phrases.IMPACTS)
DEMANDS = Bank(phrases.DEMANDS)
GREETINGS = Bank([f"{words}," for words in phrases.GREETINGS])
ACKNOWLEDGEMENTS = Bank(phrases.ACKNOWLEDGEMENTS)
PLANS = Bank(phrases.PLANS)
SIGNATURES = Bank(phrases.SIGNATURES)
ASIDES = Bank(phrases.ASIDES)
ANSWER_OPENINGS = Bank(phrases.ANSWER_OPENINGS)
CHASERS = Bank(phrases.CHASERS)
CHASED = Bank(phrases.CHASED)
CLOSINGS = Bank(phrases.CLOSINGS)
UNANSWERED = Bank(phrases.UNANSWERED)
REOPENINGS = Bank(phrases.REOPENINGS)
APOLOGIES = Bank(phrases.APOLOGIES)
MISROUTED = Bank(phrases.MISROUTED)
BOUNCED = Bank(phrases.BOUNCED)


def draw_slots(rng: np.random.Generator, topic: Ints) -> pl.DataFrame:
    """What each ticket is about in particular: `product`, `place`, `since`, `day`, `amount`, `number`, `ref`."""
    count = len(topic)
    cents = np.clip(rng.lognormal(3.9, 0.8, count), 3, 2000)
    return pl.DataFrame(
        {
            "product": PRODUCTS.draw(rng, topic),
            "place": Bank(phrases.PLACES).some(rng, count),
            "since": Bank(phrases.SINCES).some(rng, count),
            "day": Bank(phrases.DAYS).some(rng, count),
            "amount": pl.Series(np.round(cents * 20).astype(np.int64)),
            "number": pl.Series(rng.integers(4, 21, count)).cast(pl.String),
            "ref": pl.Series(rng.integers(10_000_000, 100_000_000, count)).cast(pl.String),
        }
    ).with_columns(
        ref=pl.lit("C") + pl.col("ref"),
        amount=pl.format("{}.{} EUR", pl.col("amount") // 20, (pl.col("amount") % 20 * 5).cast(pl.String).str.zfill(2)),
    )


def subjects(rng: np.random.Generator, topic: Ints, slots: pl.DataFrame) -> pl.Series:
    return fill(SUBJECTS.draw(rng, topic), slots, is_start=True)


def descriptions(rng: np.random.Generator, topic: Ints, slots: pl.DataFrame) -> pl.Series:
    """Two to five sentences in one or two paragraphs."""
    count = len(topic)
    told = joined(
        [PROBLEMS.draw(rng, topic), DETAILS.some(rng, count, 0.8), IMPACTS.some(rng, count, 0.6)],
        " ",
    )
    wanted = joined([DETAILS.some(rng, count, 0.15), DEMANDS.some(rng, count)], " ")
    apart = rng.random(count) < 0.4
    texts = pl.select(
        pl.when(pl.Series(apart))
        .then(pl.concat_str(told, wanted, separator=PARAGRAPH))
        .otherwise(pl.concat_str(told, wanted, separator=" "))
    ).to_series()
    return fill(texts, slots, is_start=True)


def letters(rng: np.random.Generator, parts: list[pl.Series], slots: pl.DataFrame) -> pl.Series:
    """What an agent writes to a customer: greeting, the parts as one paragraph, signature."""
    count = len(slots)
    body = joined(parts, " ")
    return fill(joined([GREETINGS.some(rng, count), body, SIGNATURES.some(rng, count)], PARAGRAPH), slots)


def notes(parts: list[pl.Series], slots: pl.DataFrame) -> pl.Series:
    """What is said without ceremony."""
    return fill(joined(parts, " "), slots, is_start=True)


def joined(parts: list[pl.Series], separator: str) -> pl.Series:
    """The parts of each row that are not null."""
    return pl.select(pl.concat_str(parts, separator=separator, ignore_nulls=True)).to_series()


def fill(texts: pl.Series, slots: pl.DataFrame, *, is_start: bool = False) -> pl.Series:
    """The texts with their slots filled, of `slots` row by row; what begins a text begins large."""
    filled = pl.lit(texts)
    for name in slots.columns:
        filled = filled.str.replace_all(f"{{{name}}}", pl.col(name), literal=True)
    if is_start:
        filled = filled.str.head(1).str.to_uppercase() + filled.str.tail(-1)
    return slots.select(text=filled).to_series()
