"""Which groups a chart of kept promises shows when there are more than fit: the weakest that promised enough."""

import polars as pl

SHOWN = 12
ENOUGH = 20
"""Promises from which on a group's share says something."""


def weakest(groups: pl.DataFrame, *, of: str, share: str, name: str) -> tuple[pl.DataFrame, str]:
    """Up to SHOWN groups, the lowest `share` first, of those with ENOUGH promises in `of` (of all, where none has), and the
    sentence that says how many are left out; empty when none is."""
    large = groups.filter(pl.col(of) >= ENOUGH)
    shown = (large if len(large) else groups).sort(share, name).head(SHOWN)
    rest = len(groups) - len(shown)
    return shown, f":gray[The weakest with {ENOUGH} promises or more; {rest} more below.]" if rest else ""
