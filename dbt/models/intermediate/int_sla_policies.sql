{{ config(materialized='view') }}

with versions as (
    select *, lead(valid_from) over (partition by policy_id order by version) as valid_to
    from {{ ref('stg_sla_policies') }}
), calendars as (
    select distinct on (calendar_id) calendar_id, name from {{ ref('stg_calendars') }} order by calendar_id, version desc
)
select v.policy_version_id, v.policy_id, v.version::integer as version, v.name, v.conditions::text as conditions,
       {% for target in ['first_response', 'next_response', 'periodic_update', 'resolution', 'escalation'] -%}
       (v.targets ->> '{{ target }}')::bigint as {{ target }}_seconds,
       {% endfor -%}
       v.pauses_on::text as pauses_on, v.calendar_id, c.name as calendar_name, v.valid_from, v.valid_to,
       v.valid_to is null as is_current
from versions v
left join calendars c using (calendar_id)
