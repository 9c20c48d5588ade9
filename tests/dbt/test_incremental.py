"""However a history was split into batches, the marts are those of a full refresh (analytics: incremental)."""

import random
from bisect import bisect_left
from itertools import pairwise
from pathlib import Path

import psycopg

from pipelines.sla.spans import compute_spans
from pipelines.warehouse import connect, ensure_raw
from tests.dbt.build import contents, dbt
from tests.dbt.histories import START, Row, directory, tickets, write_batch, write_present

ZONE = "Europe/Berlin"


def shuffled_history(rng: random.Random, count: int) -> list[tuple[int, Row]]:
    """A history with ids in the order of time, but a breach noticed late: its `occurred_at` lies before its neighbours'."""
    rows = [*directory(), *(row for life in tickets(rng, count, 25) for row in life)]
    for row in rng.sample([row for row in rows if row.action == "sla.applied"], count // 5):
        at, new = row.at, {"target": "first_response", "cycle": 1, "due_at": row.at.isoformat()}
        rows.append(Row(at, "sla.breached", row.entity_id, row.ticket_id, None, None, new))
    order = sorted(rows, key=lambda row: row.at)
    for row in [row for row in order if row.action == "sla.breached"]:
        order.remove(row)
        order.insert(rng.randrange(bisect_left(order, row.at, key=lambda other: other.at), len(order)), row)
    return list(enumerate(order, 1))


def batches(rng: random.Random, rows: list[tuple[int, Row]], count: int) -> list[list[tuple[int, Row]]]:
    """The rows in `count` batches; some come a batch late, as rows of a long transaction do, after all of their ticket's
    earlier rows and before its later ones."""
    cuts = sorted(rng.sample(range(1, len(rows)), count - 1))
    parts = [rows[a:b] for a, b in zip([0, *cuts], [*cuts, len(rows)], strict=True)]
    for part, following in pairwise(parts):
        held = {row.ticket_id for _, row in rng.sample(part, len(part) // 10) if row.ticket_id is not None}
        last = {row.ticket_id: place for place, (_, row) in enumerate(part) if row.ticket_id in held}
        places = set(last.values())
        following[:0] = [part[place] for place in sorted(places)]
        part[:] = [pair for place, pair in enumerate(part) if place not in places]
    return parts


def test_any_split_into_batches_ends_in_the_marts_of_a_full_refresh(warehouse_url: str, dbt_target: Path) -> None:
    rng = random.Random(1)
    with connect(warehouse_url) as conn:
        ensure_raw(conn)
        write_present(conn, ZONE)
        for number, part in enumerate(batches(rng, shuffled_history(rng, 150), 3), 1):
            write_batch(conn, number, part)
            compute_spans(conn)
            dbt(warehouse_url, dbt_target, "run")
        grown = contents(conn, ("marts", "intermediate"))
        dbt(warehouse_url, dbt_target, "build", "--full-refresh", "--vars", "check: all")
        fresh = contents(conn, ("marts", "intermediate"))
    assert {name: len(rows) for name, rows in grown.items()} == {name: len(rows) for name, rows in fresh.items()}
    for name, rows in fresh.items():
        assert grown[name] == rows, name
        assert rows, f"{name} is empty: the history tells nothing about it"


def test_an_old_history_that_comes_last_is_counted_on_its_days(warehouse_url: str, dbt_target: Path) -> None:
    """An import brings tickets that lived before those the warehouse knows, which began empty."""
    rng = random.Random(3)
    known, imported = list(tickets(rng, 40, 5)), list(tickets(rng, 20, 3, first_id=1000))
    past = [Row(r.at - (START - START.replace(month=1)), *r[1:]) for life in imported for r in life]
    recent = sorted((row for life in known for row in life), key=lambda row: row.at)
    with connect(warehouse_url) as conn:
        ensure_raw(conn)
        write_present(conn, ZONE)
        dbt(warehouse_url, dbt_target, "run")  # a day before the first ticket
        everyone = [*directory(), *recent]
        write_batch(conn, 1, list(enumerate(everyone, 1)))
        compute_spans(conn)
        dbt(warehouse_url, dbt_target, "run")
        write_batch(conn, 2, list(enumerate(past, len(everyone) + 1)))
        compute_spans(conn)
        dbt(warehouse_url, dbt_target, "run")
        grown = contents(conn)
        _nothing_changes_without_events(conn, warehouse_url, dbt_target, grown)
        dbt(warehouse_url, dbt_target, "run", "--full-refresh")
        assert grown == contents(conn)


def _nothing_changes_without_events(
    conn: psycopg.Connection[object], url: str, target: Path, before: dict[str, list[tuple[object, ...]]]
) -> None:
    dbt(url, target, "run")
    assert contents(conn) == before
