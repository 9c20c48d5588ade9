-- Grain: one row per e-mail n of %(n)s and active person it is for: people of its ticket by %(recipients)s (a JSON array of
-- customer, assignee, watchers, team_leads), and staff by %(user_ids)s. Writes those that are notices inside the app; of one
-- event to one person they are one. Locks nothing but new rows.
-- Indexes: primary keys of tickets, ticket_watchers, users, notification_preferences; ix_team_members of the team;
-- uq_notifications_event.
with people as materialized (
    select distinct m.n, m.is_notice, m.ticket_id, m.event_id, m.text, u.id as user_id, u.email
    from unnest(%(n)s::int[], %(is_notice)s::bool[], %(ticket_id)s::bigint[], %(event_id)s::bigint[], %(text)s::text[],
                %(recipients)s::jsonb[], %(user_ids)s::jsonb[])
         as m (n, is_notice, ticket_id, event_id, text, recipients, user_ids)
    join tickets t on t.id = m.ticket_id
    cross join lateral (
        select t.customer_id as user_id where m.recipients ? 'customer'
        union all select t.assigned_agent_id where m.recipients ? 'assignee'
        union all select w.user_id from ticket_watchers w where m.recipients ? 'watchers' and w.ticket_id = t.id
        union all select l.user_id from team_members l where m.recipients ? 'team_leads' and l.team_id = t.team_id and l.role = 'lead'
        union all select named::bigint from jsonb_array_elements_text(m.user_ids) named
    ) person
    join users u on u.id = person.user_id and u.is_active and (u.role <> 'customer' or u.id = t.customer_id)
), told as (
    insert into notifications (user_id, kind, ticket_id, event_id, details, created_at)
    select p.user_id, 'workflow', p.ticket_id, p.event_id, jsonb_build_object('text', string_agg(p.text, E'\n' order by p.n)), %(now)s
    from people p
    where p.is_notice
    group by p.user_id, p.ticket_id, p.event_id
    on conflict (event_id, user_id, kind) do update
    set details = jsonb_build_object('text', (notifications.details ->> 'text') || E'\n' || (excluded.details ->> 'text'))
)
select p.n, p.user_id, p.email, coalesce(not c.is_on, false) as is_unsubscribed
from people p
left join notification_preferences c on c.user_id = p.user_id and c.topic = 'workflow' and c.channel = 'email'
where not p.is_notice
order by p.n, p.user_id
