{{ config(materialized='incremental', incremental_strategy='by_ticket', meta={'touched_by': 'event'},
          indexes=[{'columns': ['ticket_id']}, {'columns': ['day']}, {'columns': ['_batch']}]) }}

with events as (
    select *, row_number() over (partition by entity_id order by event_id desc) as from_last
    from {{ ref('int_ticket_events') }}
    where entity_type = 'time_entry' and _batch <= {{ window_of_batches().upto }} {{ and_touched() }}
), entries as (
    select entity_id as time_entry_id, min(ticket_id) as ticket_id, intermediate.fold(new_values order by event_id) as state,
           min(occurred_at) filter (where action = 'time_entry.added') as logged_at,
           max(action) filter (where from_last = 1) as last_action, max(_batch) as newest_batch
    from events
    group by entity_id
)
select time_entry_id, ticket_id, (state ->> 'agent_id')::bigint as agent_id, logged_at, {{ local_day('logged_at') }} as day,
       (state ->> 'duration_seconds')::bigint as duration_seconds, (state ->> 'is_billable')::boolean as is_billable,
       max(newest_batch) over (partition by ticket_id) as _batch
from entries
where last_action <> 'time_entry.removed' and logged_at is not null
