"""Tickets that have to do with a ticket."""

from api.db import Read
from api.tickets.wire import TicketLink
from api.visibility import visible_tickets

MAX_LINKS = 200


LINKED = """
select l.kind, t.id, t.number, t.subject, t.status
from (select l.kind, l.to_ticket_id as id from ticket_links l where l.from_ticket_id = %(ticket_id)s
      union all
      select case l.kind when 'parent' then 'child' when 'duplicate_of' then 'duplicated_by' else l.kind end,
             l.from_ticket_id
      from ticket_links l where l.to_ticket_id = %(ticket_id)s
      union all
      select 'merged_from', m.id from tickets m where m.merged_into_id = %(ticket_id)s
      union all
      select 'merged_into', m.merged_into_id from tickets m
      where m.id = %(ticket_id)s and m.merged_into_id is not null) l
join tickets t on t.id = l.id
"""
"""The tickets a ticket is linked to, or merged with; its caller adds `where … order by … limit`."""


async def list_links(read: Read, ticket_id: int) -> list[TicketLink]:
    """The tickets a visible ticket is linked to, or merged with, that its reader may see too; at most MAX_LINKS."""
    visible, params = visible_tickets(read.actor)
    return await read.all(
        f"""
        {LINKED}
        where {visible}
        order by l.kind, t.id limit {MAX_LINKS}
        """,
        params | {"ticket_id": ticket_id},
        TicketLink,
    )
