{{ config(materialized='incremental', incremental_strategy='by_day') }}

{% set groups = 'status, priority, team_id, skill_id, age_band, age_band_order' %}

with span as (
    select {{ first_stale_day() }} as first_day, {{ local_day('max(changed_at)') }} as last_day
    from {{ ref('int_ticket_states') }}
), bands (age_band, age_band_order, from_age, below_age) as (
    values {% for name, low, high in age_bands() -%}
    ('{{ name }}', {{ loop.index }}, {{ low }}, {{ high if high is not none else 'null::integer' }}){{ ', ' if not loop.last }}
    {%- endfor %}

), stays as (
    select {{ groups }}, greatest(s.from_day, s.created_day + b.from_age, first_day) as from_day,
           least(s.to_day, s.created_day + b.below_age) as to_day, last_day
    from {{ ref('int_backlog_segments') }} s, span, bands b
    where s.to_day > first_day and s.from_day <= last_day and s.created_day + b.from_age <= last_day
), steps as (
    select {{ groups }}, from_day as day, last_day, 1 as step
    from stays where from_day < to_day and from_day <= last_day
    union all
    select {{ groups }}, to_day, last_day, -1
    from stays where from_day < to_day and to_day <= last_day
), days as (
    select {{ groups }}, day, last_day, sum(step) as step from steps group by {{ groups }}, day, last_day
), levels as (
    select {{ groups }}, day as from_day, coalesce(lead(day) over line - 1, last_day) as until_day,
           sum(step) over line as tickets
    from days
    window line as (partition by {{ groups }} order by day)
)
select d::date as day, '{{ time_zone() }}'::text as time_zone, {{ groups }}, tickets::bigint as tickets
from levels, generate_series(from_day::timestamp, until_day::timestamp, interval '1 day') d
where tickets > 0
