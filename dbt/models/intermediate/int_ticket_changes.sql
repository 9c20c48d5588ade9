{{ config(materialized='view') }}

{% set fields = ['status', 'priority', 'team_id', 'assigned_agent_id', 'category_id', 'skill_id', 'escalation_level',
                 'resolved_at', 'closed_at'] %}

select s.ticket_id, s.event_id, c.field, c.old_value, c.new_value, s.changed_at, s.action, s.actor_id, s.actor_kind, s._batch
from (
    select *, {% for field in fields %}lag({{ field }}) over life as old_{{ field }}{{ ', ' if not loop.last }}{% endfor %}

    from {{ ref('int_ticket_states') }}
    window life as (partition by ticket_id order by event_id)
) s
cross join lateral (
    values {% for field in fields %}('{{ field }}', s.old_{{ field }}::text, s.{{ field }}::text){{ ', ' if not loop.last }}{% endfor %}

) c (field, old_value, new_value)
where c.old_value is distinct from c.new_value
