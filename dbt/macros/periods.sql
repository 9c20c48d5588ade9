{#
  The stretches of a ticket in which `fields` stayed the same, from its states (or other rows by event, as SQL): period_number, the fields, their previous_ values,
  valid_from, valid_to (null: it lasts), and the columns of the event that began it. A value left in the instant it came
  has no stretch, so that the rows cover a ticket's life without gap or overlap.
#}
{% macro periods_of(fields, carried, states=ref('int_ticket_states')) %}
{% set now = 'row(' ~ fields | join(', ') ~ ')' %}
{% set before %}row({% for field in fields %}lag({{ field }}) over w{{ ', ' if not loop.last }}{% endfor %}){% endset %}
{% set columns = (fields + carried) | join(', ') %}
with changes as (
    select ticket_id, event_id, changed_at, _batch, {{ columns }},
           row_number() over w = 1 or {{ now }} is distinct from {{ before }} as is_change
    from {{ states }}
    where true {{ and_touched() }}
    window w as (partition by ticket_id order by event_id)
), stays as (
    select *, lead(changed_at) over (partition by ticket_id order by event_id) as left_at
    from changes where is_change
), starts as (
    select *, {% for field in fields %}lag({{ field }}) over w as previous_{{ field }}, {% endfor %}
           row_number() over w = 1 or {{ now }} is distinct from {{ before }} as is_start
    from stays where left_at is null or left_at > changed_at
    window w as (partition by ticket_id order by event_id)
)
select ticket_id, (row_number() over w)::integer as period_number, {{ columns }},
       {% for field in fields %}previous_{{ field }}, {% endfor %}
       changed_at as valid_from, lead(changed_at) over w as valid_to, event_id, _batch
from starts where is_start
window w as (partition by ticket_id order by event_id)
{% endmacro %}
