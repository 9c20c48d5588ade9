-- Grain: one row per event and active endpoint that asked for it, with the ticket as it stands now. Locks nothing.
-- Indexes: ix_webhooks_active, primary key of tickets.
select w.id as webhook_id, e.event_id,
       case when t.id is not null then jsonb_build_object(
           'id', t.id, 'number', t.number, 'status', t.status, 'priority', t.priority, 'customer_id', t.customer_id,
           'assigned_agent_id', t.assigned_agent_id, 'team_id', t.team_id, 'category_id', t.category_id) end as ticket
from unnest(%(event_id)s::bigint[], %(action)s::text[], %(ticket_id)s::bigint[]) as e (event_id, action, ticket_id)
join webhooks w on w.is_active and (e.action = any(w.events) or '*' = any(w.events))
left join tickets t on t.id = e.ticket_id
order by e.event_id, w.id
