-- Grain: one row per local day from %(since)s to %(now)s. Locks nothing.
-- Indexes: ix_tickets_created_at, ix_tickets_resolved_at, ix_sla_clocks_breached_at.
with days as (
    select day::date as "on"
    from generate_series((%(since)s at time zone %(time_zone)s)::date, (%(now)s at time zone %(time_zone)s)::date,
                         interval '1 day') day
), created as (
    select (t.created_at at time zone %(time_zone)s)::date as "on", count(*) as n
    from tickets t where t.created_at >= %(since)s and t.created_at <= %(now)s and /*visible*/ group by 1
), resolved as (
    select (t.resolved_at at time zone %(time_zone)s)::date as "on", count(*) as n
    from tickets t where t.resolved_at >= %(since)s and t.resolved_at <= %(now)s and /*visible*/ group by 1
), breached as (
    select (c.breached_at at time zone %(time_zone)s)::date as "on", count(*) as n
    from (select ticket_id, breached_at from sla_clocks
          where breached_at >= %(since)s and breached_at <= %(now)s and target not like 'escalation%%'
          union all
          -- what ran out is a breach before the sweep has noticed
          select ticket_id, due_at from sla_clocks
          where met_at is null and breached_at is null and due_at >= %(since)s and due_at < %(now)s
            and target not like 'escalation%%') c
    join tickets t on t.id = c.ticket_id
    where /*visible*/
    group by 1
)
select days."on", coalesce(created.n, 0) as created, coalesce(resolved.n, 0) as resolved, coalesce(breached.n, 0) as breached
from days
left join created on created."on" = days."on"
left join resolved on resolved."on" = days."on"
left join breached on breached."on" = days."on"
order by days."on"
