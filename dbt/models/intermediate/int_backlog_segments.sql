{{ config(indexes=[{'columns': ['ticket_id']}, {'columns': ['from_day']}, {'columns': ['to_day']},
                   {'columns': ['created_day']}]) }}

{% set groups = 'status, priority, team_id, skill_id, assigned_agent_id' %}

with states as (
    select ticket_id, event_id, {{ groups }}, _batch, {{ local_day('changed_at') }} as day,
           {{ local_day('min(changed_at) over (partition by ticket_id)') }} as created_day
    from {{ ref('int_ticket_states') }}
    where true {{ and_touched() }}
), days as (
    select distinct on (ticket_id, day) * from states order by ticket_id, day, event_id desc
), changes as (
    select *, row_number() over life = 1
              or row({{ groups }}) is distinct from lag(row({{ groups }})) over life as is_change
    from days
    window life as (partition by ticket_id order by day)
), segments as (
    select ticket_id, {{ groups }}, created_day, day as from_day,
           coalesce(lead(day) over (partition by ticket_id order by day), 'infinity') as to_day, _batch
    from changes where is_change
)
select * from segments where status not in ('resolved', 'closed')
