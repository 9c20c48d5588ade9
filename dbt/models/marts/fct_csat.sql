{{ config(materialized='incremental', incremental_strategy='by_ticket', meta={'touched_by': 'event'},
          indexes=[{'columns': ['ticket_id']}, {'columns': ['day']}, {'columns': ['_batch']}]) }}

with ratings as (
    select *, row_number() over (partition by ticket_id order by event_id desc) as from_last
    from {{ ref('int_ticket_events') }}
    where action = 'csat.rated' and _batch <= {{ window_of_batches().upto }} {{ and_touched() }}
), rated as (
    select ticket_id, min(occurred_at) as first_rated_at, max(occurred_at) as rated_at, count(*)::integer as ratings,
           max((new_values ->> 'score')::integer) filter (where from_last = 1) as score, max(_batch) as _batch
    from ratings
    group by ticket_id
)
select ticket_id, first_rated_at, rated_at, {{ local_day('first_rated_at') }} as day, score, score >= 4 as is_satisfied, ratings, _batch
from rated
