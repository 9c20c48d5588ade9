{#
  Which batches each incremental model holds: `intermediate.built`, one row per model, written in the model's own
  transaction. The row `raw` says how far this build may read, fixed when it starts, so that all models see one position.
#}

{% macro begin_build() %}
{% if execute and flags.WHICH in ('run', 'build') %}
{{ check_time_zone() }}
create schema if not exists intermediate;
create table if not exists intermediate.built (
    model text primary key, batch bigint not null, previous_batch bigint not null,
    spans_batch bigint not null, time_zone text not null
);
create table if not exists intermediate.stale_sla_groups (day date, target text, priority text, team_id bigint);
create or replace aggregate intermediate.fold(jsonb) (sfunc = jsonb_concat, stype = jsonb, initcond = '{}');
insert into intermediate.built
select 'raw', coalesce((select max(_batch) from {{ source('raw', 'events') }}), 0), 0,
       coalesce((select max(_batch) from {{ source('raw', 'sla_spans') }}), 0), '{{ time_zone() }}'
on conflict (model) do update
set batch = excluded.batch, spans_batch = excluded.spans_batch, time_zone = excluded.time_zone,
    previous_batch = case when excluded.batch > built.batch then built.batch else built.previous_batch end;
do $$ begin
    if exists (select from pg_roles where rolname = 'redress_analyst') then
        create schema if not exists marts;
        grant usage on schema marts to redress_analyst;
        grant select on all tables in schema marts to redress_analyst;
        alter default privileges in schema marts grant select on tables to redress_analyst;
    end if;
end $$;
{% endif %}
{% endmacro %}

{% macro window_of_batches() %}
{# What the model still has to take in: {since, upto, spans_since, spans_upto}; `since` is exclusive, -1 is everything. #}
{% set window = {'since': -1, 'upto': 0, 'spans_since': -1, 'spans_upto': 0} %}
{% if execute %}
    {% set parents = model.depends_on.nodes | map('replace', 'model.redress.', '') | list %}
    {% set found = run_query("""
        select coalesce(min(batch) filter (where model = any (parents)), min(batch) filter (where model = 'raw')),
               coalesce(min(spans_batch) filter (where model = any (parents)), min(spans_batch) filter (where model = 'raw')),
               coalesce(min(batch) filter (where model = self), -1),
               coalesce(min(spans_batch) filter (where model = self), -1)
        from intermediate.built, (select '{""" ~ parents | join(',') ~ """}'::text[] as parents, '""" ~ model.name ~ """' as self) m
        """).rows[0] %}
    {% do window.update({'upto': found[0] | int, 'spans_upto': found[1] | int}) %}
    {% if is_incremental() %}
        {% do window.update({'since': found[2] | int, 'spans_since': found[3] | int}) %}
    {% endif %}
{% endif %}
{{ return(window) }}
{% endmacro %}

{% macro end_model() %}
{% if model.config.materialized == 'incremental' %}
{% set window = window_of_batches() %}
insert into intermediate.built values ('{{ model.name }}', {{ window.upto }}, -1, {{ window.spans_upto }}, '{{ time_zone() }}')
on conflict (model) do update
set previous_batch = case when excluded.batch > built.batch then built.batch else built.previous_batch end,
    batch = excluded.batch, spans_batch = excluded.spans_batch, time_zone = excluded.time_zone;
{% if flags.FULL_REFRESH or window.since == -1 -%}analyze {{ this }};{% endif %}
{% endif %}
{% endmacro %}

{% macro tune() %}
set local random_page_cost = 1.1;
set local work_mem = '128MB';
set local jit = off;
{% endmacro %}
