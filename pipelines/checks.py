"""What a check says, and where it is kept: `raw.checks`, one row per check, the latest result."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal

import msgspec
import polars as pl

from pipelines.warehouse import Connection, move_watermark, value, watermark

READER = "checks"
NAMED = 5

Level = Literal["ok", "warning", "error"]


class CheckResult(msgspec.Struct, frozen=True, kw_only=True):
    """One check: how many things it looked at, how many were wrong, and a sentence. A blocking error stops publishing."""

    name: str
    level: Level
    is_blocking: bool
    checked: int
    failed: int
    detail: str

    @property
    def stops(self) -> bool:
        return self.is_blocking and self.level == "error"


_FIELDS = CheckResult.__struct_fields__


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """What to look at: batches after `after` up to `batch`; `after` = 0 is everything."""

    after: int
    batch: int

    @property
    def is_full(self) -> bool:
        return self.after == 0

    @property
    def named(self) -> str:
        """End of a sentence about what was looked at."""
        return "" if self.is_full else ", of what is new since the last check"


def scope(conn: Connection, *, is_full: bool = False) -> Scope:
    """What no passed check has seen yet; everything when `is_full`."""
    row = conn.execute("select id from raw.watermarks where name = %s", [READER]).fetchone()
    newest = value(conn, "select coalesce(max(id), 0) from raw.batches")
    return Scope(after=0 if is_full or row is None else int(row[0]), batch=newest)


def verdict(name: str, checked: int, failed: int, good: str, bad: str, *, is_blocking: bool = True) -> CheckResult:
    """A result that is an error when anything failed."""
    level: Level = "error" if failed else "ok"
    return CheckResult(
        name=name,
        level=level,
        is_blocking=is_blocking,
        checked=checked,
        failed=failed,
        detail=bad if failed else good,
    )


def keep(conn: Connection, results: Sequence[CheckResult], batch: int, at: datetime) -> None:
    """Write the results over those before; they hold for the data up to `batch`."""
    with conn.transaction():
        for result in results:
            conn.execute(
                """
                insert into raw.checks (name, is_blocking, level, checked, failed, detail, batch, checked_at)
                values (%(name)s, %(is_blocking)s, %(level)s, %(checked)s, %(failed)s, %(detail)s, %(batch)s, %(at)s)
                on conflict (name) do update set is_blocking = excluded.is_blocking, level = excluded.level,
                    checked = excluded.checked, failed = excluded.failed, detail = excluded.detail,
                    batch = excluded.batch, checked_at = excluded.checked_at
                """,
                msgspec.structs.asdict(result) | {"batch": batch, "at": at},
            )


def kept(conn: Connection) -> list[tuple[CheckResult, int]]:
    """The latest result of each check, and the batch it holds up to."""
    rows = conn.execute(
        "select name, level, is_blocking, checked, failed, detail, batch from raw.checks order by name"
    ).fetchall()
    return [(msgspec.convert(dict(zip(_FIELDS, row[:-1], strict=True)), CheckResult), int(row[-1])) for row in rows]


def pass_up_to(conn: Connection, batch: int) -> None:
    """Remember that everything up to this batch agreed, so that the next run looks at what came after."""
    with conn.transaction():
        watermark(conn, READER)
        move_watermark(conn, READER, 0, batch)


def differing(ours: pl.DataFrame, theirs: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Rows, outer joined by `keys`, of which one side lacks or any other column differs; theirs end in `_product`.

    Column `what` names the columns that differ, or says which side lacks the row.
    """
    others = [name for name in ours.columns if name not in keys]
    both = ours.with_columns(is_ours=True).join(
        theirs.with_columns(is_theirs=True), on=list(keys), how="full", coalesce=True, suffix="_product"
    )
    named = [
        pl.when(pl.col(name).ne_missing(pl.col(f"{name}_product"))).then(pl.lit(name)).otherwise(None)
        for name in others
    ]
    what = (
        pl.when(pl.col("is_theirs").is_null())
        .then(pl.lit("not in the product"))
        .when(pl.col("is_ours").is_null())
        .then(pl.lit("not in the warehouse"))
        .otherwise(pl.concat_str(named, separator=", ", ignore_nulls=True))
    )
    return both.with_columns(what=what).filter(pl.col("what") != "").drop("is_ours", "is_theirs")


def examples(items: Iterable[str]) -> str:
    """The first few, for a sentence."""
    found = list(items)
    more = f" and {len(found) - NAMED:,} more" if len(found) > NAMED else ""
    return "; ".join(found[:NAMED]) + more
