{{ config(meta={'touched_by': 'event'}, indexes=[{'columns': ['ticket_id'], 'unique': true}]) }}

with events as (
    select ticket_id, event_id, occurred_at, action, new_values, actor_id, _batch,
           entity_type = 'ticket' as is_ticket,
           action = 'comment.added' and new_values ->> 'is_by_staff' = 'true' as is_staff_comment,
           action = 'comment.added' and new_values ->> 'is_internal' = 'true' as is_internal,
           coalesce((new_values ->> 'author_id')::bigint, actor_id) as author_id
    from {{ ref('stg_events') }}
    where ticket_id is not null and _batch <= {{ window_of_batches().upto }} {{ and_touched() }}
)
select ticket_id, max(occurred_at) as last_event_at, max(_batch) as _batch,
       (array_agg(new_values ->> 'number' order by event_id desc)
           filter (where is_ticket and new_values ? 'number'))[1] as number,
       (array_agg(new_values ->> 'source' order by event_id desc)
           filter (where is_ticket and new_values ? 'source'))[1] as source,
       (array_agg((new_values ->> 'customer_id')::bigint order by event_id desc)
           filter (where is_ticket and new_values ? 'customer_id'))[1] as customer_id,
       (array_agg(lower(new_values -> 'custom_attributes' ->> 'made_sla') order by event_id desc)
           filter (where is_ticket and new_values ? 'custom_attributes'))[1] as made_sla,
       (count(*) filter (where action = 'ticket.escalated'))::integer as escalations,
       (count(*) filter (where is_staff_comment and not is_internal))::integer as public_replies,
       (count(*) filter (where is_staff_comment and is_internal))::integer as internal_notes,
       (count(*) filter (where action = 'comment.added' and not is_staff_comment))::integer as customer_comments,
       min(occurred_at) filter (where is_staff_comment and not is_internal and author_id is not null) as first_response_at,
       (array_agg(author_id order by occurred_at, event_id)
           filter (where is_staff_comment and not is_internal and author_id is not null))[1] as first_response_by
from events
group by ticket_id
