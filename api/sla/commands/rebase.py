"""After an edit: put the open clocks of a policy's tickets under what it says now, some tickets at a time.

Whoever saves an edit re-bases the first AT_ONCE tickets in the same transaction and leaves a row in `sla_rebases` for the
sweep, which walks all of them. A ticket that is done is passed over; reopening it chooses again.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from api.events.tx import Tx
from api.sla.commands.keep import Change, keep
from api.sla.commands.known import forget
from api.sla.queries.standing import Promises, Standing, clocks_of, list_under, load_standings
from api.sla.rules.choice import choose_again
from api.sla.rules.clocks import advance

AT_ONCE = 500


async def rebase_edited(tx: Tx, policy_ids: Collection[int]) -> None:
    """Re-base what can be re-based at once, and leave the rest to the sweep."""
    if not policy_ids:
        return
    await tx.run(
        "insert into sla_rebases (sla_policy_id, created_at) select id, %(now)s from unnest(%(ids)s::bigint[]) as s (id)",
        {"ids": list(policy_ids), "now": tx.now},
    )
    await rebase_tickets(tx, [under.ticket_id for under in await list_under(tx, policy_ids, 0, AT_ONCE)])


def rebased(standings: Sequence[Standing], promises: Promises, at: datetime) -> list[Change]:
    """The clocks of each ticket that another version holds for from `at` on, before and after."""
    changes: list[Change] = []
    for standing in standings:
        before = clocks_of(standing, promises)
        if chosen := choose_again(before, standing.facts, promises.current, promises.calendar_now, at):
            changes.append(Change(before=before, after=advance(before, chosen)))
    return changes


async def rebase_tickets(tx: Tx, ticket_ids: Sequence[int]) -> None:
    """Lock the tickets, in id order, and put their open clocks under what holds now."""
    if not ticket_ids:
        return
    held = await tx.values(
        "select updated_at from tickets where id = any(%(ids)s) order by id for update", {"ids": list(ticket_ids)}
    )
    tx.not_before(max(held))
    standings, promises = await load_standings(tx, ticket_ids)
    await keep(tx, rebased(standings, promises, tx.now))
    forget(tx)
