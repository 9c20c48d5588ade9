"""Pure rules of a ticket: numbers, moves, fields."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from api.actor import SYSTEM, Actor
from api.tickets.rules.fields import refused_field
from api.tickets.rules.moves import ALLOWED, allowed_moves, is_active, is_reopen, moves_of
from api.tickets.rules.number import ALPHABET, RANDOM_BITS, parse_number, ticket_number

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY = 24 * 3600
randoms = st.integers(0, (1 << RANDOM_BITS) - 1)


@given(randoms)
def test_a_number_is_read_back_however_it_was_typed(random: int) -> None:
    number = ticket_number(random)
    assert parse_number(number) == number
    assert parse_number(number.lower().replace("-", " ").replace("0", "o").replace("1", "l")) == number


@given(randoms, st.integers(0, 7), st.sampled_from(ALPHABET))
def test_one_wrong_digit_is_never_another_ticket(random: int, place: int, digit: str) -> None:
    digits = list(ticket_number(random).replace("-", "")[2:])
    if digits[place] != digit:
        digits[place] = digit
        assert parse_number("RD" + "".join(digits)) is None


@given(randoms, st.integers(0, 7), st.integers(0, 7))
def test_two_swapped_digits_are_never_another_ticket(random: int, one: int, other: int) -> None:
    digits = list(ticket_number(random).replace("-", "")[2:])
    if digits[one] != digits[other]:
        digits[one], digits[other] = digits[other], digits[one]
        assert parse_number("RD" + "".join(digits)) is None


def test_a_status_only_moves_as_the_table_says() -> None:
    assert ALLOWED == {
        "open": ("assigned", "in_progress", "pending", "escalated", "resolved", "closed"),
        "assigned": ("open", "in_progress", "pending", "escalated", "resolved", "closed"),
        "in_progress": ("assigned", "pending", "escalated", "resolved", "closed"),
        "pending": ("in_progress", "assigned", "escalated", "resolved", "closed"),
        "escalated": ("assigned", "in_progress", "pending", "resolved", "closed"),
        "resolved": ("in_progress", "closed"),
        "closed": ("in_progress",),
    }


def test_a_closed_ticket_reopens_up_to_the_last_instant_of_the_window_and_no_later() -> None:
    closed_at = NOW - timedelta(days=14)
    assert allowed_moves("closed", closed_at, 14 * DAY, NOW) == ("in_progress",)
    assert allowed_moves("closed", closed_at, 14 * DAY, NOW + timedelta(microseconds=1)) == ()


def test_only_resolved_and_closed_tickets_are_not_active() -> None:
    assert [status for status in ALLOWED if not is_active(status)] == ["resolved", "closed"]
    assert is_reopen("resolved", "in_progress") and not is_reopen("resolved", "closed")


def test_a_customer_may_only_say_it_is_solved_or_that_it_is_not() -> None:
    customer = Actor(id=1, role="customer")
    assert moves_of(customer, ALLOWED["in_progress"], "in_progress") == ("resolved",)
    assert moves_of(customer, ALLOWED["resolved"], "resolved") == ("in_progress",)
    assert moves_of(SYSTEM, ALLOWED["open"], "open") == ALLOWED["open"]


def test_a_customer_sets_no_field_of_staff_and_no_critical_priority() -> None:
    customer, agent = Actor(id=1, role="customer"), Actor(id=2, role="agent")
    assert refused_field(customer, {"subject", "category_id"}, "high") is None
    assert refused_field(customer, {"subject"}, "critical") == "priority"
    assert refused_field(customer, {"subject", "team_id"}, "medium") == "team_id"
    assert refused_field(agent, {"team_id", "tags", "customer_id"}, "critical") is None
