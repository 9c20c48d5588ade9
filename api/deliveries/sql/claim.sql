-- Grain: one row per delivery taken: due at %(now)s, at most %(batch)s, with what the gate looks at.
-- Locks: the rows taken, passing over those that another worker takes; each is left alone until %(until)s.
-- Indexes: ix_deliveries_due, ix_deliveries_recipient, ix_deliveries_dedupe_key.
with due as materialized (
    select id from deliveries
    where status = 'waiting' and next_try_at <= %(now)s and (webhook_id is null or webhook_id <> all(%(busy)s::bigint[]))
    order by next_try_at, id limit %(batch)s for update skip locked
), taken as (
    update deliveries d set attempt_count = d.attempt_count + 1, next_try_at = %(until)s
    from due where d.id = due.id
    returning d.*
)
select t.id, t.message_id::text as message_id, t.channel, t.kind, t.event_ids, t.ticket_id, t.user_id, t.webhook_id,
       t.recipient, t.payload, t.attempt_count as attempt, t.attempt_count - t.replayed_after as tries, t.created_at,
       t.dedupe_key is not null and t.replayed_after = 0 and exists (
           select from deliveries s
           where s.dedupe_key = t.dedupe_key and s.id < t.id and s.status in ('waiting', 'sent', 'kept')) as is_duplicate,
       (select count(*) from deliveries s
        where t.channel = 'email' and lower(s.recipient) = lower(t.recipient) and s.channel = 'email'
          and s.status in ('sent', 'kept') and s.settled_at > %(since)s) as sent_to_recipient,
       (select count(*) from deliveries s
        where t.channel = 'email' and lower(s.recipient) = lower(t.recipient) and s.channel = 'email'
          and s.ticket_id = t.ticket_id and s.status in ('sent', 'kept') and s.settled_at > %(since)s) as sent_in_thread
from taken t
order by t.id
