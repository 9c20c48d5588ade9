-- Grain: one row per ticket taken from an agent of %(agent_ids)s, in one of %(statuses)s, and given to the heir in the same
-- place of %(heir_ids)s; without an heir it is nobody's, and `open` again if it was `assigned`.
-- Locks: the tickets, in order of id; those that others hold are passed over. Index: ix_tickets_active_agent.
with heirs as (
    select * from unnest(%(agent_ids)s::bigint[], %(heir_ids)s::bigint[]) as h (agent_id, heir_id)
), mine as materialized (
    select id, assigned_agent_id as agent_id from tickets
    where assigned_agent_id = any(%(agent_ids)s) and status = any(%(statuses)s) and status not in ('resolved', 'closed')
    order by id limit 1000
    for update skip locked
), told as (
    update users u set last_assigned_at = %(now)s
    from (select distinct heir_id from mine join heirs using (agent_id)) h
    where u.id = h.heir_id
), given as (
    select m.id, m.agent_id, h.heir_id, h.heir_id is null and t.status = 'assigned' as is_reopened
    from mine m join heirs h using (agent_id) join tickets t on t.id = m.id
)
update tickets t
set assigned_agent_id = g.heir_id,
    status = case when g.is_reopened then 'open' else t.status end,
    status_changed_at = case when g.is_reopened then %(now)s else t.status_changed_at end,
    version = t.version + 1, updated_at = greatest(t.updated_at, %(now)s)
from given g
where t.id = g.id
returning t.id as ticket_id, g.agent_id, g.heir_id, g.is_reopened
