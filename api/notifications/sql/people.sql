-- Grain: one row per message n of %(n)s and active person it is for: people of its ticket by %(recipients)s (a JSON array of
-- customer, assignee, watchers, team_leads), and staff by %(user_ids)s. Locks nothing.
-- Indexes: primary keys of tickets, ticket_watchers, users, notification_preferences; ix_team_members of the team.
select distinct m.n, u.id as user_id, u.email, coalesce(not c.is_on, false) as is_unsubscribed
from unnest(%(n)s::int[], %(ticket_id)s::bigint[], %(recipients)s::jsonb[], %(user_ids)s::jsonb[]) as m (n, ticket_id, recipients, user_ids)
join tickets t on t.id = m.ticket_id
cross join lateral (
    select t.customer_id as user_id where m.recipients ? 'customer'
    union all select t.assigned_agent_id where m.recipients ? 'assignee'
    union all select w.user_id from ticket_watchers w where m.recipients ? 'watchers' and w.ticket_id = t.id
    union all select l.user_id from team_members l where m.recipients ? 'team_leads' and l.team_id = t.team_id and l.role = 'lead'
    union all select named::bigint from jsonb_array_elements_text(m.user_ids) named
) person
join users u on u.id = person.user_id and u.is_active and (u.role <> 'customer' or u.id = t.customer_id)
left join notification_preferences c on c.user_id = u.id and c.topic = 'workflow' and c.channel = 'email'
order by m.n, u.id
