{{ config(meta={'touched_by': 'event'},
          indexes=[{'columns': ['ticket_id', 'agent_id', 'touched_at'], 'unique': true}, {'columns': ['touched_at']}]) }}

with events as (
    select ticket_id, event_id, occurred_at, action, actor_id, actor_kind, entity_type, new_values, _batch
    from {{ ref('stg_events') }}
    where ticket_id is not null and _batch <= {{ window_of_batches().upto }} {{ and_touched() }}
), customers as (
    select ticket_id, (new_values ->> 'customer_id')::bigint as customer_id
    from events where action = 'ticket.created'
)
select ticket_id, e.actor_id as agent_id, e.occurred_at as touched_at, count(*)::integer as events,
       (count(*) filter (where action = 'comment.added' and new_values ->> 'is_internal' = 'false'))::integer as public_replies,
       (count(*) filter (where action = 'comment.added' and new_values ->> 'is_internal' = 'true'))::integer as internal_notes,
       max(max(_batch)) over (partition by ticket_id) as _batch
from events e
left join customers c using (ticket_id)
where e.actor_id is not null and e.actor_kind in ('user', 'token') and e.entity_type <> 'sla'
  and case when e.entity_type = 'comment' then (new_values ->> 'is_by_staff')::boolean
           else e.actor_id is distinct from c.customer_id end
group by ticket_id, e.actor_id, e.occurred_at
