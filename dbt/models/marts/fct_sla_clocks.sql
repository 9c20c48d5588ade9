{{ config(materialized='incremental', incremental_strategy='by_ticket_with_groups', meta={'touched_by': 'clock'},
          indexes=[{'columns': ['due_day', 'target', 'priority', 'team_id']}, {'columns': ['_batch']}]) }}

with clocks as (
    select * from {{ ref('int_sla_clocks') }}
    where _batch <= {{ window_of_batches().spans_upto }} {{ and_touched() }}
)
select c.ticket_id, c.target, c.cycle, c.policy_version_id, c.policy_id, c.calendar_version_id, c.state,
       c.target_seconds, c.elapsed_seconds, c.started_at, {{ local_day('c.started_at') }} as started_day,
       c.due_at, {{ local_day('c.due_at') }} as due_day, c.met_at, c.paused_at, c.breached_at,
       extract(isodow from c.breached_at at time zone '{{ time_zone() }}')::integer as breached_weekday,
       extract(hour from c.breached_at at time zone '{{ time_zone() }}')::integer as breached_hour,
       {{ seconds_between('c.breached_at', 'c.met_at') }} as overdue_seconds_calendar,
       s.priority, s.team_id, s.category_id,
       b.team_id as breached_team_id, b.assigned_agent_id as breached_agent_id, b.status as breached_status, c._batch
from clocks c
join lateral (
    select priority, team_id, category_id
    from {{ ref('int_ticket_states') }} s
    where s.ticket_id = c.ticket_id and s.changed_at <= c.started_at
    order by s.event_id desc limit 1
) s on true
left join lateral (
    select team_id, assigned_agent_id, status
    from {{ ref('int_ticket_states') }} b
    where b.ticket_id = c.ticket_id and b.changed_at < c.breached_at
    order by b.event_id desc limit 1
) b on c.breached_at is not null
