with span as (
    select {{ local_day('min(changed_at)') }} as first_day, {{ local_day('max(changed_at)') }} as last_day
    from {{ ref('int_ticket_states') }}
), days as (
    select d::date as day
    from span, generate_series(first_day::timestamp, make_date(extract(year from last_day)::integer + 1, 12, 31)::timestamp,
                               interval '1 day') d
), bounds as (
    select day, day::timestamp at time zone '{{ time_zone() }}' as starts_at,
           (day + 1)::timestamp at time zone '{{ time_zone() }}' as ends_at
    from days
)
select day, '{{ time_zone() }}'::text as time_zone, starts_at, ends_at,
       extract(epoch from ends_at - starts_at)::integer as seconds_in_day,
       extract(year from day)::integer as year, extract(quarter from day)::integer as quarter,
       extract(month from day)::integer as month, date_trunc('month', day::timestamp)::date as month_start,
       extract(isoyear from day)::integer as iso_year, extract(week from day)::integer as iso_week,
       date_trunc('week', day::timestamp)::date as week_start, extract(isodow from day)::integer as weekday,
       extract(isodow from day) >= 6 as is_weekend
from bounds
