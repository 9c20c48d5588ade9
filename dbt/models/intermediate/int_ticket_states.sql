{{ config(indexes=[{'columns': ['ticket_id', 'event_id'], 'unique': true}, {'columns': ['changed_at']}]) }}

with events as (
    select ticket_id, event_id, occurred_at, action, actor_id, actor_kind, new_values, _batch
    from {{ ref('stg_events') }}
    where entity_type = 'ticket' and ticket_id is not null and _batch <= {{ window_of_batches().upto }} {{ and_touched() }}
), folded as (
    select ticket_id, event_id, action, actor_id, actor_kind, max(occurred_at) over life as changed_at,
           intermediate.fold(new_values - '{details,tags,custom_attributes,subject_sha256,description_sha256}'::text[])
               over life as state,
           new_values -> 'details' ->> 'how' as how, new_values -> 'details' ->> 'reason' as reason,
           max(_batch) over (partition by ticket_id) as _batch
    from events
    window life as (partition by ticket_id order by event_id)
)
select ticket_id, event_id, changed_at, action, actor_id, actor_kind,
       state ->> 'status' as status, state ->> 'priority' as priority,
       (state ->> 'team_id')::bigint as team_id, (state ->> 'assigned_agent_id')::bigint as assigned_agent_id,
       (state ->> 'category_id')::bigint as category_id, (state ->> 'skill_id')::bigint as skill_id,
       coalesce((state ->> 'escalation_level')::integer, 0) as escalation_level,
       (state ->> 'resolved_at')::timestamptz as resolved_at, (state ->> 'closed_at')::timestamptz as closed_at,
       state ->> 'outcome' as outcome, (state ->> 'root_cause_id')::bigint as root_cause_id, state ->> 'remedy' as remedy,
       (state ->> 'remedy_amount')::numeric as remedy_amount, state ->> 'remedy_currency' as remedy_currency,
       case when action = 'ticket.escalated' then 'escalated' else how end as how,
       case when action = 'ticket.status_changed' then reason end as reason, _batch
from folded
