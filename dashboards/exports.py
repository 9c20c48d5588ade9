"""Tables as files that a spreadsheet may open without danger."""

import polars as pl

_RISKY = ("=", "+", "-", "@", "\t", "\r")


def to_csv(frame: pl.DataFrame) -> bytes:
    """UTF-8 with a mark that spreadsheets know it by; texts that a spreadsheet would run get a leading apostrophe."""
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    guarded = frame.with_columns(_guarded(pl.col(name)).alias(name) for name in texts)
    return b"\xef\xbb\xbf" + guarded.rename(_guarded_name).write_csv().encode()


def _guarded(text: pl.Expr) -> pl.Expr:
    return pl.when(pl.any_horizontal(text.str.starts_with(mark) for mark in _RISKY)).then("'" + text).otherwise(text)


def _guarded_name(name: str) -> str:
    return f"'{name}" if name.startswith(_RISKY) else name
