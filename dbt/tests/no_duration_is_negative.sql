-- Durations are whole seconds: a stretch of a blink counts 0. That none is empty is told by periods_tile.
select 'tickets' as mart, ticket_id
from {{ get_where_subquery(ref('fct_tickets')) }}
where least(first_response_seconds_calendar, first_response_seconds_business, resolution_seconds_calendar,
            resolution_seconds_business, requester_wait_seconds, agent_work_seconds, on_hold_seconds) < 0
   or agent_work_seconds > requester_wait_seconds
union all
select 'status_periods', ticket_id from {{ get_where_subquery(ref('fct_status_periods')) }} where seconds_calendar < 0
union all
select 'assignments', ticket_id from {{ get_where_subquery(ref('fct_assignments')) }}
where held_seconds < 0 or waiting_seconds < 0 or waiting_seconds > held_seconds
union all
select 'sla_clocks', ticket_id from {{ get_where_subquery(ref('fct_sla_clocks')) }}
where elapsed_seconds < 0 or target_seconds <= 0 or due_at < started_at or overdue_seconds_calendar < 0
   or breached_at <> due_at
