-- Grain: one row per channel with messages made since %(since)s (of %(webhook_id)s, unless null). Locks nothing.
-- Indexes: ix_deliveries_created_at, primary key of delivery_attempts.
with made as materialized (
    select id, channel, status from deliveries
    where created_at >= %(since)s and (%(webhook_id)s::bigint is null or webhook_id = %(webhook_id)s)
), tried as (
    select m.channel, count(*) as attempts, count(*) filter (where a.outcome = 'failed') as failed_attempts,
           percentile_disc(0.5) within group (order by a.latency_ms) as median_latency_ms,
           percentile_disc(0.95) within group (order by a.latency_ms) as p95_latency_ms
    from made m join delivery_attempts a on a.delivery_id = m.id
    group by m.channel
)
select m.channel,
       count(*) filter (where m.status = 'waiting') as waiting, count(*) filter (where m.status = 'sent') as sent,
       count(*) filter (where m.status = 'kept') as kept, count(*) filter (where m.status = 'dead') as dead,
       count(*) filter (where m.status = 'suppressed') as suppressed,
       coalesce(max(t.attempts), 0) as attempts, coalesce(max(t.failed_attempts), 0) as failed_attempts,
       max(t.median_latency_ms) as median_latency_ms, max(t.p95_latency_ms) as p95_latency_ms
from made m left join tried t on t.channel = m.channel
group by m.channel
order by m.channel
