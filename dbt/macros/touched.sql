{# Tickets with events the model has not taken in yet, as a query of `ticket_id`. `kind` is `ticket` to look at changes
   of the ticket's own fields alone. #}
{% macro touched_tickets(kind=none) %}
{% set window = window_of_batches() %}
select ticket_id from {{ source('raw', 'events') }}
where _batch > {{ window.since }} and _batch <= {{ window.upto }} and ticket_id is not null
{%- if kind %} and entity_type = '{{ kind }}'{% endif %}
{% endmacro %}

{# Tickets whose clocks were computed again. #}
{% macro tickets_with_new_clocks() %}
{% set window = window_of_batches() %}
select ticket_id from {{ source('raw', 'sla_spans') }}
where _batch > {{ window.spans_since }} and _batch <= {{ window.spans_upto }}
{% endmacro %}

{% macro touched_query() %}
{% set by = config.get('meta', {}).get('touched_by', 'ticket') %}
{% if by == 'ticket' %}{{ touched_tickets('ticket') }}
{% elif by == 'event' %}{{ touched_tickets() }}
{% elif by == 'clock' %}{{ tickets_with_new_clocks() }}
{% else %}{{ touched_tickets() }} union all {{ tickets_with_new_clocks() }}
{% endif %}
{% endmacro %}

{# ` and column in (…)` in a build that only takes in what is new; nothing in a full one. #}
{% macro and_touched(column='ticket_id') %}
{% if is_incremental() %}and {{ column }} in ({{ touched_query() }}){% endif %}
{% endmacro %}

{# The first day a daily fact has to be counted again from: the first day of new events, or the first one missing. #}
{% macro first_stale_day() %}
{% if is_incremental() and execute %}
    {% set window = window_of_batches() %}
    {% set found = run_query("select least((select " ~ local_day('min(occurred_at)') ~ " from " ~ source('raw', 'events')
        ~ " where _batch > " ~ window.since ~ " and _batch <= " ~ window.upto
        ~ " and ticket_id is not null and entity_type <> 'sla'), (select max(day) + 1 from " ~ this ~ "))").rows[0][0] %}
    {{ return("date '" ~ found ~ "'" if found else "date '-infinity'") }}
{% endif %}
{{ return("date '-infinity'") }}
{% endmacro %}
