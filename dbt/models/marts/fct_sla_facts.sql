{{ config(materialized='incremental', incremental_strategy='by_ticket', meta={'touched_by': 'event'},
          indexes=[{'columns': ['ticket_id']}, {'columns': ['day']}, {'columns': ['_batch']}]) }}

-- What the rules of the clocks fold over, in the order of the log; nothing here counts time.
with facts as (
    select *, case when entity_type = 'ticket' then new_values ->> 'status' end as status,
           case when action = 'ticket.created' then 'opened' when action = 'comment.added' then 'comment'
                when action = 'sla.applied' then 'policy' else 'status' end as kind,
           max(_batch) over (partition by ticket_id) as newest_batch
    from {{ ref('int_ticket_events') }}
    where _batch <= {{ window_of_batches().upto }} {{ and_touched() }}
)
select event_id, ticket_id, occurred_at as happened_at, {{ local_day('occurred_at') }} as day, kind, status,
       case when kind = 'comment' then (new_values ->> 'is_by_staff')::boolean end as is_by_staff,
       case when kind = 'policy' then (new_values ->> 'policy_version_id')::bigint end as policy_version_id,
       case when kind = 'policy' then (new_values ->> 'calendar_version_id')::bigint end as calendar_version_id,
       newest_batch as _batch
from facts
where kind = 'policy' or kind = 'comment' and not (new_values ->> 'is_internal')::boolean or status is not null
