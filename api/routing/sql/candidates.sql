-- Grain: one row per active agent (of the ticket's team, if it has one) whom routing would look at for %(ticket_id)s, best
-- first, at most 50. Locks nothing. Indexes: ix_users_role_name, ix_tickets_active_agent, primary keys.
select u.id as agent_id, u.name, u.availability, u.capacity, u.last_assigned_at,
       load.active as active_tickets, load.critical as critical_tickets, coalesce(k.proficiency, 0) as proficiency,
       t.skill_id is null or k.proficiency is not null as has_skill,
       load.active + 2 * load.critical - 5 * coalesce(k.proficiency, 0) as score,
       u.availability = 'available' and load.active < u.capacity and (t.skill_id is null or k.proficiency is not null) as is_free
from tickets t
join users u on u.role = 'agent' and u.is_active
cross join lateral (
    select count(*) as active, count(*) filter (where a.priority = 'critical') as critical
    from tickets a
    where a.assigned_agent_id = u.id and a.status not in ('resolved', 'closed')
) load
left join user_skills k on k.user_id = u.id and k.skill_id = t.skill_id
where t.id = %(ticket_id)s and /*visible*/
  and (t.team_id is null or exists (select from team_members m where m.team_id = t.team_id and m.user_id = u.id))
order by is_free desc, score, u.last_assigned_at nulls first, u.id
limit 50
