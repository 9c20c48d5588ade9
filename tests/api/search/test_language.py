"""The language of searches: whatever is typed is read or refused with a sentence, and reads the same written again."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.errors import Invalid
from api.search.rules import (
    MAX_LENGTH,
    MAX_PARTS,
    OPERATORS,
    STAFF_OPERATORS,
    Days,
    Query,
    Term,
    any_of,
    instants,
    parse,
    parse_terms,
    render,
)
from api.tickets.rules.number import ticket_number

NUMBER = ticket_number(1)
PIECES = [
    *(f"{name}:" for name in OPERATORS),
    "status:open", "field:plan=a", "field:", "=", "is:at-risk", "priority:CRITICAL", "sort:oldest", "team:none", "created:2026-01-31", "updated:<",
    "2026-01-01..2026-02-01", ">=2026-01-01", "2026-13-01", '"', '""', "-", "--", ",", ":", " ", "\t", "\0", "or", "http://x",
    "wörd", "two words", NUMBER, f"number:{NUMBER}", "RD-0000-0001",
]  # fmt: skip
typed = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=16).map("".join)


@settings(max_examples=1_000, deadline=None)
@given(typed, st.booleans())
def test_what_is_read_reads_the_same_when_it_is_written_again(text: str, is_staff: bool) -> None:
    try:
        query = parse(text, is_staff=is_staff)
    except Invalid as problem:
        assert problem.detail.endswith(".")
        return
    assert parse(render(query), is_staff=is_staff) == query


@settings(max_examples=500, deadline=None)
@given(typed)
def test_text_without_filters_is_always_words(text: str) -> None:
    if len(text) <= MAX_LENGTH:
        assert all(term.text.strip() for term in parse_terms(text))


def test_every_part_is_read() -> None:
    query = parse(
        'status:open,pending priority:critical "exact  words" -word -"not this" lost assignee:me created:>2026-01-01 '
        f'updated:2026-02-01..2026-02-28 team:"Field service",Support tag:vip field:Plan=pro field:"note=a, b" is:breached {NUMBER.lower()} sort:newest'
    )
    assert query == Query(
        terms=(
            Term("exact words", is_phrase=True),
            Term("word", is_excluded=True),
            Term("not this", is_phrase=True, is_excluded=True),
            Term("lost"),
        ),
        numbers=(NUMBER,),
        status=("open", "pending"),
        priority=("critical",),
        assignee=("me",),
        team=("Field service", "Support"),
        tag=("vip",),
        field=("plan=pro", "note=a, b"),
        is_=("breached",),
        created=Days(first=date(2026, 1, 2)),
        updated=Days(date(2026, 2, 1), date(2026, 3, 1)),
        sort="newest",
    )


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("colour:red", "no filter “colour:”"),
        ("status:opne", "“opne” is none of them"),
        ("team:", "needs a value"),
        ("-status:open", "cannot be excluded"),
        ("created:yesterday", "not a day"),
        ("created:2026-02-30", "not a day"),
        ("created:9999-12-31", "not a day"),
        ("number:RD-1", "not a ticket number"),
        ("x" * (MAX_LENGTH + 1), "at most 500 characters"),
        ("a " * (MAX_PARTS + 1), "at most 50 words and filters; this one has 51"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(typed: str, says: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse(typed)
    assert says in refused.value.detail


@pytest.mark.parametrize("name", sorted(STAFF_OPERATORS))
def test_a_customer_is_not_offered_the_filters_of_the_staff(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse(f"{name}:x", is_staff=False)
    assert name not in refused.value.extra["allowed"]


def test_what_is_between_quotes_is_never_a_filter() -> None:
    assert parse('"status:open"').terms == (Term("status:open", is_phrase=True),)
    assert parse("see http://status:80/x").terms[1] == Term("http://status:80/x")


def test_excluded_words_are_not_highlighted() -> None:
    assert any_of(parse('lost or "two words" -found').terms) == 'lost or "two words"'


def test_a_day_begins_at_midnight_where_the_reader_is() -> None:
    days = parse("created:2026-03-29").created
    assert instants(days, "Europe/Berlin") == (
        datetime(2026, 3, 28, 23, tzinfo=UTC),
        datetime(2026, 3, 29, 22, tzinfo=UTC),
    )
