{{ config(materialized='incremental', incremental_strategy='by_ticket', meta={'touched_by': 'event'},
          indexes=[{'columns': ['ticket_id']}, {'columns': ['day']}, {'columns': ['_batch']}]) }}

with escalated as (
    select * from {{ ref('int_ticket_events') }}
    where action = 'ticket.escalated' and _batch <= {{ window_of_batches().upto }} {{ and_touched() }}
), states as (
    select *, lag(assigned_agent_id) over (partition by ticket_id order by event_id) as previous_agent_id
    from {{ ref('int_ticket_states') }}
    where true {{ and_touched() }}
)
select e.event_id, ticket_id, s.changed_at as escalated_at, {{ local_day('s.changed_at') }} as day, s.escalation_level as level,
       e.new_values -> 'details' ->> 'how' as how, e.new_values -> 'details' ->> 'target' as target, s.priority, s.team_id,
       s.previous_agent_id as from_agent_id, s.assigned_agent_id as to_agent_id, e.actor_id as escalated_by, s._batch
from escalated e
join states s using (ticket_id, event_id)
