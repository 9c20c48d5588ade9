"""What every test of an action ends with: state before and events make the state after."""

import psycopg

from api.events.replay import replay


def assert_log_is_the_state(url: str) -> None:
    """Raises AssertionError naming the first ticket whose events do not make its row."""
    with psycopg.connect(url, autocommit=True) as conn:
        assert replay(conn).problem is None
