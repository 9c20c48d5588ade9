{# How incremental models take in what is new. Each deletes what may have changed, also where nothing comes in its place. #}

{% macro get_incremental_by_ticket_sql(arg_dict) %}
{% set columns = arg_dict.dest_columns | map(attribute='quoted') | join(', ') %}
delete from {{ arg_dict.target_relation }} where ticket_id in ({{ touched_query() }});
insert into {{ arg_dict.target_relation }} ({{ columns }}) (select {{ columns }} from {{ arg_dict.temp_relation }});
{% endmacro %}

{# Clocks also say which groups of fct_sla_daily they changed: those of rows that go, and those of rows that come. #}
{% macro get_incremental_by_ticket_with_groups_sql(arg_dict) %}
{% set measured = 'ticket_id, cycle, state, due_day, target, priority, team_id' %}
insert into intermediate.stale_sla_groups (day, target, priority, team_id)
with old as (select {{ measured }} from {{ arg_dict.target_relation }} where ticket_id in ({{ touched_query() }})),
new as (select {{ measured }} from {{ arg_dict.temp_relation }})
select distinct due_day, target, priority, team_id
from ((select * from old except all select * from new) union all (select * from new except all select * from old)) changed
where due_day is not null;
{{ get_incremental_by_ticket_sql(arg_dict) }}
{% endmacro %}

{% macro get_incremental_by_stale_group_sql(arg_dict) %}
{% set columns = arg_dict.dest_columns | map(attribute='quoted') | join(', ') %}
delete from {{ arg_dict.target_relation }} d using intermediate.stale_sla_groups s
where d.day = s.day and d.target = s.target and d.priority = s.priority and d.team_id is not distinct from s.team_id;
insert into {{ arg_dict.target_relation }} ({{ columns }}) (select {{ columns }} from {{ arg_dict.temp_relation }});
delete from intermediate.stale_sla_groups;
{% endmacro %}

{% macro get_incremental_by_day_sql(arg_dict) %}
{% set columns = arg_dict.dest_columns | map(attribute='quoted') | join(', ') %}
delete from {{ arg_dict.target_relation }} where day >= {{ first_stale_day() }};
insert into {{ arg_dict.target_relation }} ({{ columns }}) (select {{ columns }} from {{ arg_dict.temp_relation }});
{% endmacro %}
