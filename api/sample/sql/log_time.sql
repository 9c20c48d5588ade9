-- Grain: one row per time entry of a made-up ticket that an agent worked on: one or two each, for most of them.
-- Locks nothing: nobody else knows these tickets yet. Indexes: uq_tickets_external_id, primary keys.
with worked as (
    select t.id as ticket_id, t.assigned_agent_id as agent_id, t.updated_at as logged_at, n, gen_random_uuid() as salt,
           300 + 60 * ((luck >> (8 * n)) & 127)::int as seconds, (luck >> (40 + n)) & 3 > 0 as is_billable
    from (select *, hashtextextended(external_id, 7) as luck from tickets
          where external_id like %(prefix)s and assigned_agent_id is not null and status <> 'assigned') t,
         generate_series(1, 1 + (t.luck & 1)::int) n
    where (luck >> 4) & 15 < 12
), entered as (
    insert into time_entries (ticket_id, agent_id, started_at, duration_seconds, is_billable, description, salt, created_at)
    select ticket_id, agent_id, logged_at - make_interval(secs => seconds * n), seconds, is_billable, '', uuid_send(salt), logged_at
    from worked order by logged_at, ticket_id, n
    returning id, ticket_id, agent_id, duration_seconds, is_billable, salt, created_at
)
insert into audit_logs (occurred_at, action, entity_type, entity_id, ticket_id, actor_id, actor_kind, new_values, visibility)
select created_at, 'time_entry.added', 'time_entry', id, ticket_id, agent_id, 'user',
       jsonb_build_object('duration_seconds', duration_seconds, 'is_billable', is_billable, 'agent_id', agent_id,
                          'description_sha256', encode(sha256(salt), 'hex')), 'internal'
from entered
order by id
