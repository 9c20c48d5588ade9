{# The formulas of the marts that more than one place needs. #}

{% macro is_done(status) -%}
({{ status }} in ('resolved', 'closed'))
{%- endmacro %}

{# Seconds spent in the statuses, over finished stretches of [valid_from, valid_to). #}
{% macro stretch_seconds(statuses, condition='true') -%}
coalesce(sum({{ seconds_between('valid_from', 'valid_to') }}) filter (
    where status in ('{{ statuses | join("', '") }}') and {{ condition }}), 0)::bigint
{%- endmacro %}

{# How a promise ended over all clocks that fit: breached if one was, else open if one is undecided, else met. #}
{% macro outcome_of(condition) -%}
case when bool_or(state = 'breached') filter (where {{ condition }}) then 'breached'
     when bool_or(state in ('open', 'paused')) filter (where {{ condition }}) then 'open'
     when bool_or(state = 'met') filter (where {{ condition }}) then 'met' end
{%- endmacro %}

{# Age bands in local days since the day of creation: [name, from, below]. #}
{% macro age_bands() %}
{{ return([['0-1d', 0, 1], ['1-3d', 1, 3], ['3-7d', 3, 7], ['7-14d', 7, 14], ['14-30d', 14, 30], ['30d+', 30, none]]) }}
{% endmacro %}

{# Where a clock stands. A goal reached after the breach leaves it breached. #}
{% macro clock_state() -%}
case when breached_at is not null then 'breached' when met_at is not null then 'met'
     when paused_at is not null then 'paused' else 'open' end
{%- endmacro %}
