{{ config(materialized='incremental', incremental_strategy='by_ticket', meta={'touched_by': 'event'},
          indexes=[{'columns': ['from_day']}, {'columns': ['_batch']}]) }}

with periods as (
    select * from {{ ref('int_ticket_assignment_periods') }} where true {{ and_touched() }}
), touches as (
    select * from {{ ref('int_agent_touches') }} where true {{ and_touched() }}
), acted as (
    select p.ticket_id, p.period_number, min(t.touched_at) as acted_at
    from periods p
    join touches t on t.ticket_id = p.ticket_id and t.agent_id = p.assigned_agent_id
                  and t.touched_at >= p.valid_from and (p.valid_to is null or t.touched_at <= p.valid_to)
    group by p.ticket_id, p.period_number
), newest as (
    select ticket_id, max(_batch) as _batch from touches group by ticket_id
)
select ticket_id, p.period_number as assignment_number, p.team_id, p.assigned_agent_id as agent_id,
       p.previous_team_id, p.previous_assigned_agent_id as previous_agent_id, p.valid_from, p.valid_to,
       {{ local_day('p.valid_from') }} as from_day, p.valid_to is null as is_current, p.how, p.actor_id as assigned_by,
       coalesce(p.previous_assigned_agent_id <> p.assigned_agent_id, false) as is_reassignment, p.priority,
       {{ seconds_between('p.valid_from', 'p.valid_to') }} as held_seconds,
       case when p.assigned_agent_id is null then {{ seconds_between('p.valid_from', 'p.valid_to') }}
            else {{ seconds_between('p.valid_from', 'a.acted_at') }} end as waiting_seconds,
       greatest(p._batch, n._batch) as _batch
from periods p
left join acted a using (ticket_id, period_number)
left join newest n using (ticket_id)
