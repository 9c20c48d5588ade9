-- Grain: one row per local day of fct_backlog_daily, with the tickets open at its end counted two ways: as the mart says,
-- and as everything that became open (created, reopened) less everything that ceased to be, from periods.
with moves as (
    select from_day as day,
           count(*) filter (where status not in ('resolved', 'closed')
                              and (previous_status is null or previous_status in ('resolved', 'closed')))
           - count(*) filter (where status in ('resolved', 'closed')
                                and previous_status not in ('resolved', 'closed')) as change
    from marts.fct_status_periods
    group by 1
), backlog as (
    select day, sum(tickets)::bigint as backlog from marts.fct_backlog_daily group by 1
), days as (
    select generate_series(min(day), max(day), interval '1 day')::date as day from backlog
)
select d.day, coalesce(b.backlog, 0) as backlog,
       (coalesce((select sum(change) from moves m where m.day < (select min(day) from days)), 0)
        + coalesce(sum(m.change) over (order by d.day), 0))::bigint as counted
from days d
left join backlog b using (day)
left join moves m using (day)
order by d.day
