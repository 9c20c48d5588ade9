{# What data tests read: with `check: fresh`, the rows that the last build brought; with `check: all`, every row. #}
{% macro get_where_subquery(relation) %}
{% set where = config.get('where') or fresh_rows(relation.identifier) %}
{{ return("(select * from " ~ relation ~ " where " ~ where ~ ") fresh" if where else relation) }}
{% endmacro %}

{% macro fresh_rows(name) %}
{% if var('check') == 'all' or not execute %}{{ return('') }}{% endif %}
{% set by_batch = ['stg_events', 'int_ticket_states', 'int_ticket_status_periods',
    'int_ticket_assignment_periods', 'int_ticket_priority_periods', 'int_agent_touches', 'int_ticket_turns',
    'fct_tickets', 'fct_status_periods', 'fct_assignments', 'fct_sla_clocks', 'fct_sla_facts', 'fct_comments', 'fct_csat',
    'fct_escalations', 'fct_time_entries', 'fct_transitions'] %}
{% if name in by_batch %}
    {% set built = run_query("select coalesce(min(previous_batch), -1) from intermediate.built where model = '" ~ name.replace('stg_events', 'raw') ~ "'") %}
    {{ return('_batch > ' ~ built.rows[0][0]) }}
{% elif name.endswith('_daily') %}
    {{ return("day >= (select max(day) - 7 from " ~ "marts." ~ name ~ ")") }}
{% endif %}
{{ return('') }}
{% endmacro %}

{% test periods_tile(model) %}
select ticket_id, period_number, valid_from, valid_to, next_from
from (
    select *, lead(valid_from) over life as next_from, row_number() over life as place
    from {{ model }}
    window life as (partition by ticket_id order by period_number)
) p
where valid_to is distinct from next_from or valid_to <= valid_from or place <> period_number
{% endtest %}
