-- Grain: one row per kind (status, priority, team, age) and value: how many active tickets have it. Locks nothing.
-- Index: ix_tickets_active_due (the active ones), in one pass.
with active as (
    select t.status, t.priority, t.team_id,
           case when age < interval '1 day' then 1 when age < interval '3 days' then 2 when age < interval '7 days' then 3
                when age < interval '14 days' then 4 when age < interval '30 days' then 5 else 6 end as band
    from (select t.status, t.priority, t.team_id, %(now)s - t.created_at as age
          from tickets t where t.status not in ('resolved', 'closed') and /*visible*/) t
), grouped as (
    select grouping(status) as no_status, grouping(priority) as no_priority, grouping(team_id) as no_team,
           status, priority, team_id, band, count(*) as count
    from active
    group by grouping sets ((status), (priority), (team_id), (band))
)
select case when no_status = 0 then 'status' when no_priority = 0 then 'priority' when no_team = 0 then 'team' else 'age' end
           as kind,
       team.id,
       case when no_status = 0 then status when no_priority = 0 then priority when no_team = 0 then team.name
            else (array['under 1 day', '1 to 3 days', '3 to 7 days', '7 to 14 days', '14 to 30 days', 'over 30 days'])[band]
       end as value,
       grouped.count
from grouped left join teams team on team.id = grouped.team_id
order by kind, array_position(array['critical', 'high', 'medium', 'low'], priority), band, grouped.count desc, value
