"""What may go out, and how long a failure waits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.deliveries.rules import (
    LEASE_SECONDS,
    LONGEST_WAIT_SECONDS,
    MAX_RETRY_AFTER_SECONDS,
    MAX_TRIES,
    Attempt,
    Facts,
    Limits,
    refusal,
    settle,
    wait_seconds,
)
from api.worker import SEND_SECONDS

LIMITS = Limits(per_recipient=60, per_thread=20)
OWN = frozenset({"redress@example.org", "reply@example.org"})
FAILED = Attempt(outcome="failed")


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"recipient": "john@example.com"}, None),
        ({"recipient": "reply+1.abc@Example.org"}, "own_address"),
        ({"recipient": "REDRESS@example.org"}, "own_address"),
        ({"recipient": "mailer-daemon@example.com"}, "null_sender"),
        ({"recipient": "no-reply@example.com"}, "null_sender"),
        ({"recipient": ""}, "null_sender"),
        ({"recipient": "john@example.com", "sent_in_thread": 20}, "thread_limit"),
        ({"recipient": "john@example.com", "sent_to_recipient": 60}, "recipient_limit"),
        ({"recipient": "john@example.com", "is_duplicate": True}, "duplicate"),
        ({"channel": "webhook", "sent_in_thread": 1_000}, None),
    ],
)
def test_the_gate_says_why_it_is_shut(facts: dict, reason: str | None) -> None:
    assert refusal(Facts(**{"channel": "email"} | facts), LIMITS, OWN) == reason


@given(st.integers(1, MAX_TRIES), st.floats(0, 1))
def test_a_wait_is_between_half_and_all_of_its_step(tries: int, chance: float) -> None:
    longest = wait_seconds(tries, 1)
    assert longest / 2 <= wait_seconds(tries, chance) <= longest <= LONGEST_WAIT_SECONDS


def test_a_failure_waits_ever_longer_and_the_last_one_is_the_end() -> None:
    settled = [settle(FAILED, tries, 0.5) for tries in range(1, MAX_TRIES + 1)]
    waits = [each.wait_seconds for each in settled[:-1]]
    assert waits == sorted(waits) and waits[0] and waits[0] < 10
    assert (settled[-1].status, settled[-1].reason, settled[-1].wait_seconds) == ("dead", "gave_up", None)


def test_a_receiver_may_ask_for_patience_but_not_for_ever() -> None:
    assert settle(Attempt(outcome="failed", retry_after_seconds=3_600), 1, 0).wait_seconds == 3_600
    assert settle(Attempt(outcome="failed", retry_after_seconds=10**9), 1, 0).wait_seconds == MAX_RETRY_AFTER_SECONDS


def test_a_send_ends_before_its_lease() -> None:
    assert SEND_SECONDS < LEASE_SECONDS
