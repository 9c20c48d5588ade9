-- Grain: one row per person and event told, by the first of its notices that concerns them: what they chose and whether
-- they want quiet, and their browsers. Writes the notice inside the app as well, unless they chose otherwise. Locks nothing but new rows.
-- Indexes: primary keys of tickets, ticket_watchers, users, notification_preferences, quiet_hours, ticket_mutes;
-- ix_team_members of the team; uq_notifications_event; ix_push_subscriptions_user_id.
with people as materialized (
    select distinct on (e.event_id, u.id) u.id as user_id, u.email, u.role, u.time_zone, e.kind, e.event_id, e.ticket_id,
           case when u.id = t.assigned_agent_id then coalesce(e.assignee_topic, e.topic) else e.topic end as topic,
           exists (select from ticket_mutes m where m.ticket_id = t.id and m.user_id = u.id) as is_muted
    from unnest(%(kind)s::text[], %(event_id)s::bigint[], %(ticket_id)s::bigint[], %(is_public)s::bool[], %(to_customer)s::bool[],
                %(to_assignee)s::bool[], %(to_watchers)s::bool[], %(to_leads)s::bool[], %(user_ids)s::jsonb[],
                %(topic)s::text[], %(assignee_topic)s::text[], %(is_receipt)s::bool[])
         with ordinality as e (kind, event_id, ticket_id, is_public, to_customer, to_assignee, to_watchers, to_leads,
                               user_ids, topic, assignee_topic, is_receipt, n)
    join tickets t on t.id = e.ticket_id
    cross join lateral (
        select t.customer_id as user_id where e.to_customer
        union all select t.assigned_agent_id where e.to_assignee
        union all select w.user_id from ticket_watchers w where e.to_watchers and w.ticket_id = t.id
        union all select m.user_id from team_members m where e.to_leads and m.team_id = t.team_id and m.role = 'lead'
        union all select named::bigint from jsonb_array_elements_text(e.user_ids) named
    ) person
    join users u on u.id = person.user_id and u.is_active
    where (u.id is distinct from %(actor_id)s::bigint or e.is_receipt) and (e.is_public or u.role <> 'customer')
    order by e.event_id, u.id, e.n
), told as (
    insert into notifications (user_id, kind, ticket_id, event_id, created_at)
    select p.user_id, p.kind, p.ticket_id, p.event_id, %(now)s
    from people p
    where p.user_id is distinct from %(actor_id)s::bigint and (not p.is_muted or p.kind = 'mention')
      and not exists (select from notification_preferences c
                      where c.user_id = p.user_id and c.topic = p.topic and c.channel = 'in_app' and not c.is_on)
    order by p.event_id, p.user_id
    on conflict do nothing
)
select p.user_id, p.email, p.role, p.time_zone, p.topic, p.event_id, p.ticket_id, p.is_muted,
       mailed.is_on as chosen_email, pushed.is_on as chosen_push, q.starts_at, q.ends_at, coalesce(q.quiet_weekdays, '{}') as weekdays,
       array(select s.id from push_subscriptions s where s.user_id = p.user_id and /*live*/ order by s.id) as browser_ids
from people p
left join notification_preferences mailed on mailed.user_id = p.user_id and mailed.topic = p.topic and mailed.channel = 'email'
left join notification_preferences pushed on pushed.user_id = p.user_id and pushed.topic = p.topic and pushed.channel = 'push'
left join quiet_hours q on q.user_id = p.user_id
order by p.event_id, p.user_id
