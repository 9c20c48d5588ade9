{{ config(materialized='incremental', incremental_strategy='by_day') }}

{% set first_day = first_stale_day() %}
{% set groups = 'status, priority, team_id, skill_id, age_band, age_band_order' %}

-- Steps from the first day that has to be counted again; what was open before it is what the table says.
with span as (
    select {{ local_day('max(changed_at)') }} as last_day from {{ ref('int_ticket_states') }}
), bands (age_band, age_band_order, from_age, below_age) as (
    values {% for name, low, high in age_bands() -%}
    ('{{ name }}', {{ loop.index }}, {{ low }}, {{ high if high is not none else 'null::integer' }}){{ ', ' if not loop.last }}
    {%- endfor %}

), moving as (
    select * from {{ ref('int_backlog_segments') }}
    where from_day >= {{ first_day }} or to_day >= {{ first_day }} and to_day < 'infinity'
       or to_day >= {{ first_day }} and created_day >= {{ first_day }} - {{ age_bands()[-1][1] }}
), stays as (
    select {{ groups }}, greatest(from_day, created_day + from_age) as from_day, least(to_day, created_day + below_age) as to_day
    from moving, bands
), steps as (
    select {{ groups }}, from_day as day, 1 as step
    from stays where from_day < to_day and from_day >= {{ first_day }}
    union all
    select {{ groups }}, to_day, -1
    from stays where from_day < to_day and to_day >= {{ first_day }}
    {% if is_incremental() %}
    union all
    select {{ groups }}, {{ first_day }}, tickets from {{ this }} where day = {{ first_day }} - 1
    {% endif %}
), days as (
    select {{ groups }}, day, last_day, sum(step) as step
    from steps, span
    where day <= last_day
    group by {{ groups }}, day, last_day
), levels as (
    select {{ groups }}, day as from_day, coalesce(lead(day) over line - 1, last_day) as until_day,
           sum(step) over line as tickets
    from days
    window line as (partition by {{ groups }} order by day)
)
select d::date as day, '{{ time_zone() }}'::text as time_zone, {{ groups }}, tickets::bigint as tickets
from levels, generate_series(from_day::timestamp, until_day::timestamp, interval '1 day') d
where tickets > 0
