"""Every read of tickets goes through the one predicate of who sees which."""

import re
from pathlib import Path

API = Path(__file__).parents[2] / "api"
READS_TICKETS = re.compile(r"\b(from|join)\s+tickets\b", re.IGNORECASE)


def test_every_query_of_tickets_uses_the_visibility_predicate() -> None:
    queries = [path for path in API.rglob("*.py") if path.name == "queries.py" or path.parent.name == "queries"]
    assert queries
    bypassing = [
        str(path.relative_to(API))
        for path in queries
        if READS_TICKETS.search(path.read_text()) and "api.visibility import" not in path.read_text()
    ]
    assert not bypassing
