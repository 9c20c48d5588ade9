-- Grain: one row per person and event told: the first of its notices that concerns them. Locks nothing but new rows.
-- Indexes: primary keys of tickets, ticket_watchers, users; ix_team_members of the team; uq_notifications_event.
insert into notifications (user_id, kind, ticket_id, event_id, created_at)
select distinct on (e.event_id, u.id) u.id, e.kind, e.ticket_id, e.event_id, %(now)s
from unnest(%(kind)s::text[], %(event_id)s::bigint[], %(ticket_id)s::bigint[], %(is_public)s::bool[], %(to_customer)s::bool[],
            %(to_assignee)s::bool[], %(to_watchers)s::bool[], %(to_leads)s::bool[], %(user_ids)s::jsonb[])
     with ordinality as e (kind, event_id, ticket_id, is_public, to_customer, to_assignee, to_watchers, to_leads, user_ids, n)
join tickets t on t.id = e.ticket_id
cross join lateral (
    select t.customer_id as user_id where e.to_customer
    union all select t.assigned_agent_id where e.to_assignee
    union all select w.user_id from ticket_watchers w where e.to_watchers and w.ticket_id = t.id
    union all select m.user_id from team_members m where e.to_leads and m.team_id = t.team_id and m.role = 'lead'
    union all select named::bigint from jsonb_array_elements_text(e.user_ids) named
) person
join users u on u.id = person.user_id and u.is_active
where u.id is distinct from %(actor_id)s::bigint and (e.is_public or u.role <> 'customer')
order by e.event_id, u.id, e.n
on conflict do nothing
