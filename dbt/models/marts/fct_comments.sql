{{ config(materialized='incremental', incremental_strategy='by_ticket', meta={'touched_by': 'event'},
          indexes=[{'columns': ['ticket_id']}, {'columns': ['day']}, {'columns': ['_batch']}]) }}

-- A turn ends with public words of staff; its first words of the customer are the complaint itself or a comment.
with words as (
    select event_id, ticket_id, entity_id as comment_id, occurred_at as commented_at, action = 'ticket.created' as is_complaint,
           coalesce((new_values ->> 'author_id')::bigint, actor_id) as author_id,
           coalesce((new_values ->> 'is_internal')::boolean, false) as is_internal,
           coalesce((new_values ->> 'is_by_staff')::boolean, false) as is_by_staff, max(_batch) over (partition by ticket_id) as _batch
    from {{ ref('int_ticket_events') }}
    where action in ('ticket.created', 'comment.added') and _batch <= {{ window_of_batches().upto }} {{ and_touched() }}
), turns as (
    select *, count(*) filter (where is_by_staff and not is_internal)
              over (partition by ticket_id order by event_id rows between unbounded preceding and 1 preceding) as turn
    from words
), asked as (
    select *, min(commented_at) filter (where not is_by_staff) over (partition by ticket_id, turn) as asked_at
    from turns
)
select event_id, comment_id, ticket_id, commented_at, {{ local_day('commented_at') }} as day, author_id, is_internal, is_by_staff,
       is_by_staff and not is_internal and turn = 0 as is_first_response,
       case when is_by_staff and not is_internal then {{ seconds_between('asked_at', 'commented_at') }} end
           as reply_seconds_calendar, _batch
from asked
where not is_complaint
