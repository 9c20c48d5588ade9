{{ config(materialized='incremental', incremental_strategy='by_ticket',
          indexes=[{'columns': ['ticket_id']}, {'columns': ['day']}, {'columns': ['_batch']}]) }}

with steps as (
    {{ periods_of(['status', 'team_id'], ['priority', 'actor_id']) | indent(4) }}
)
select ticket_id, period_number as step_number, previous_status as from_status, status as to_status,
       previous_team_id as from_team_id, team_id as to_team_id, valid_from as moved_at, {{ local_day('valid_from') }} as day,
       {{ seconds_between('lag(valid_from) over life', 'valid_from') }} as waited_seconds, valid_to is null as is_last,
       priority, actor_id as moved_by, _batch
from steps
window life as (partition by ticket_id order by period_number)
