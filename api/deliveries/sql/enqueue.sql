-- Grain: one row per message and recipient. A message whose group already waits for its first try joins it instead.
-- Locks: the waiting row of that group. Index: uq_deliveries_group_key.
insert into deliveries (channel, kind, status, reason, event_ids, ticket_id, user_id, webhook_id, recipient, payload,
                        dedupe_key, group_key, created_at, next_try_at, settled_at)
select d.channel, (array_agg(d.kind order by d.n))[1], case when d.reason is null then 'waiting' else 'suppressed' end,
       d.reason, coalesce(array_agg(d.event_id order by d.n) filter (where d.event_id is not null), '{}'),
       d.ticket_id, d.user_id, d.webhook_id, d.recipient, (array_agg(d.payload order by d.n))[1],
       (array_agg(d.dedupe_key order by d.n))[1], d.group_key, %(now)s::timestamptz,
       %(now)s::timestamptz + make_interval(secs => min(d.delay_seconds)), case when d.reason is not null then %(now)s::timestamptz end
from unnest(%(channel)s::text[], %(kind)s::text[], %(reason)s::text[], %(event_id)s::bigint[], %(ticket_id)s::bigint[],
            %(user_id)s::bigint[], %(webhook_id)s::bigint[], %(recipient)s::text[], %(payload)s::jsonb[],
            %(dedupe_key)s::text[], %(group_key)s::text[], %(delay_seconds)s::int[])
     with ordinality as d (channel, kind, reason, event_id, ticket_id, user_id, webhook_id, recipient, payload,
                           dedupe_key, group_key, delay_seconds, n)
group by d.channel, d.reason, d.ticket_id, d.user_id, d.webhook_id, d.recipient, d.group_key,
         case when d.group_key is null then d.n end
order by min(d.n)
on conflict (group_key) where status = 'waiting' and attempt_count = 0
do update set event_ids = deliveries.event_ids || excluded.event_ids
