-- created − ceased to be open + reopened = change of the backlog, for every day looked at.
with days as (
    select day from {{ ref('dim_dates') }}
    where day <= (select max(day) from {{ ref('fct_backlog_daily') }})
    {% if var('check') != 'all' %}and day > (select max(day) - 7 from {{ ref('fct_backlog_daily') }}){% endif %}

), moves as (
    select from_day as day,
           count(*) filter (where not {{ is_done('status') }} and coalesce({{ is_done('previous_status') }}, true))
           - count(*) filter (where {{ is_done('status') }} and not coalesce({{ is_done('previous_status') }}, true)) as moved
    from {{ ref('fct_status_periods') }}
    where from_day >= (select min(day) from days)
    group by 1
), backlog as (
    select day, sum(tickets) as tickets from {{ ref('fct_backlog_daily') }}
    where day >= (select min(day) - 1 from days) group by 1
)
select days.day, moved, b.tickets, before.tickets as tickets_before
from days
left join moves m using (day)
left join backlog b using (day)
left join backlog before on before.day = days.day - 1
where coalesce(m.moved, 0) <> coalesce(b.tickets, 0) - coalesce(before.tickets, 0)
