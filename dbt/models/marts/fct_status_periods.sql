{{ config(materialized='incremental', incremental_strategy='by_ticket', indexes=[{'columns': ['from_day']}, {'columns': ['_batch']}]) }}

select ticket_id, period_number, status, previous_status, valid_from, valid_to,
       {{ local_day('valid_from') }} as from_day, {{ seconds_between('valid_from', 'valid_to') }} as seconds_calendar,
       valid_to is null as is_current, priority, team_id, assigned_agent_id, actor_id as changed_by, reason, _batch
from {{ ref('int_ticket_status_periods') }}
where true {{ and_touched() }}
