select ticket_id, target, cycle::integer as cycle, policy_version_id, calendar_version_id, target_seconds, started_at,
       resumed_at, paused_at, elapsed_seconds, due_at, at_risk_at, met_at, breached_at, _batch
from {{ source('raw', 'sla_spans') }}
