-- Grain: one row per changed clock, written over the one that is there; and with it what tickets keep of their clocks.
-- Locks: rows of tickets the caller holds. Indexes: primary keys of sla_clocks and tickets.
with kept as (
    insert into sla_clocks (ticket_id, target, cycle, policy_version_id, calendar_version_id, target_seconds, started_at,
                            resumed_at, paused_at, elapsed_seconds, due_at, at_risk_at, met_at, breached_at, warned_at)
    select * from unnest(%(ticket_id)s::bigint[], %(target)s::text[], %(cycle)s::int[], %(policy_version_id)s::bigint[],
                         %(calendar_version_id)s::bigint[], %(target_seconds)s::bigint[], %(started_at)s::timestamptz[],
                         %(resumed_at)s::timestamptz[], %(paused_at)s::timestamptz[], %(elapsed_seconds)s::bigint[],
                         %(due_at)s::timestamptz[], %(at_risk_at)s::timestamptz[], %(met_at)s::timestamptz[],
                         %(breached_at)s::timestamptz[], %(warned_at)s::timestamptz[])
    on conflict (ticket_id, target, cycle) do update
    set policy_version_id = excluded.policy_version_id, calendar_version_id = excluded.calendar_version_id,
        target_seconds = excluded.target_seconds, resumed_at = excluded.resumed_at, paused_at = excluded.paused_at,
        elapsed_seconds = excluded.elapsed_seconds, due_at = excluded.due_at, at_risk_at = excluded.at_risk_at,
        met_at = excluded.met_at, breached_at = excluded.breached_at, warned_at = excluded.warned_at
)
update tickets t
set next_due_at = s.next_due_at, first_breached_at = s.first_breached_at
from unnest(%(ticket_ids)s::bigint[], %(next_due_at)s::timestamptz[], %(first_breached_at)s::timestamptz[])
     as s (ticket_id, next_due_at, first_breached_at)
where t.id = s.ticket_id
  and (t.next_due_at, t.first_breached_at) is distinct from (s.next_due_at, s.first_breached_at)
