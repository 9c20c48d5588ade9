"""Topics and allowances."""

import pytest

from api.actor import Right
from api.live.rules import BURST, MESSAGES_PER_SECOND, Allowance, right_for, ticket_of


@pytest.mark.parametrize(
    ("topic", "ticket_id", "right"),
    [
        ("tickets", None, Right.TICKET_READ),
        ("me", None, Right.ME),
        ("ticket:42", 42, Right.TICKET_READ),
        *((topic, None, None) for topic in ("ticket:", "ticket:0", "ticket:-1", "ticket:٣", "ticket:4.2", "", "me:1")),
        ("ticket:" + "9" * 19, None, None),
    ],
)
def test_a_topic_is_one_of_three_kinds(topic: str, ticket_id: int | None, right: Right | None) -> None:
    assert ticket_of(topic) == ticket_id
    assert right_for(topic) == right


def test_a_client_may_say_a_burst_at_once_and_then_so_many_a_second() -> None:
    allowance = Allowance(0.0)
    assert sum(allowance.takes(0.0) for _ in range(1000)) == BURST
    assert sum(allowance.takes(1.0) for _ in range(1000)) == MESSAGES_PER_SECOND
    assert sum(allowance.takes(1000.0) for _ in range(1000)) == BURST
