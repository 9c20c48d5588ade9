{# The installation's time zone: days are its days. #}
{% macro time_zone() %}
{% if not execute %}{{ return('UTC') }}{% endif %}
{{ return(run_query("select time_zone from " ~ source('raw', 'installation')).rows[0][0]) }}
{% endmacro %}

{# Days already counted in another zone cannot be mixed with new ones. #}
{% macro check_time_zone() %}
{% if not flags.FULL_REFRESH and run_query("select to_regclass('intermediate.built') is not null").rows[0][0] %}
    {% set built = run_query("select time_zone from intermediate.built where model <> 'raw' limit 1").rows %}
    {% if built and built[0][0] != time_zone() %}
        {{ exceptions.raise_compiler_error("The time zone changed from " ~ built[0][0] ~ " to " ~ time_zone() ~ ": build once with --full-refresh.") }}
    {% endif %}
{% endif %}
{% endmacro %}

{% macro local_day(instant) -%}
(({{ instant }}) at time zone '{{ time_zone() }}')::date
{%- endmacro %}

{% macro seconds_between(start, finish) -%}
round(extract(epoch from ({{ finish }}) - ({{ start }})))::bigint
{%- endmacro %}
