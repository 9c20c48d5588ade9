-- Grain: one row per ticket of %(ticket_ids)s that is active and has no agent: the one chosen (null when nobody is free)
-- and why. Tickets are taken in order of priority and age; each sees the load that the ones before it made.
-- Locks: the tickets are locked by the caller, and nobody else routes (advisory lock taken by the statement before, so
-- that this one's snapshot sees every assignment committed). Indexes: ix_users_role_name, ix_tickets_active_agent, keys.
with recursive queue as materialized (
    select t.id, t.team_id, t.skill_id, t.priority = 'critical' as is_critical,
           row_number() over (
               order by array_position(array['critical', 'high', 'medium', 'low'], t.priority), t.created_at, t.id) as n
    from tickets t
    where t.id = any(%(ticket_ids)s) and t.assigned_agent_id is null and t.status not in ('resolved', 'closed')
), agents as materialized (
    select u.id, u.capacity, u.last_assigned_at, u.availability = 'available' as is_available,
           load.active, load.critical
    from users u
    cross join lateral (
        select count(*) as active, count(*) filter (where a.priority = 'critical') as critical
        from tickets a
        where a.assigned_agent_id = u.id and a.status not in ('resolved', 'closed') and u.availability = 'available'
    ) load
    where u.role = 'agent' and u.is_active
), chosen as (
    select 0::bigint as n, null::bigint as ticket_id, null::bigint as agent_id, '{}'::jsonb as given,
           null::jsonb as candidates, 0::bigint as candidate_count, null::text as reason
    union all
    select q.n, q.id, best.agent_id,
           case when best.agent_id is null then c.given
                else c.given || jsonb_build_object(best.agent_id::text, jsonb_build_array(
                    coalesce((c.given -> best.agent_id::text ->> 0)::bigint, 0) + 1,
                    coalesce((c.given -> best.agent_id::text ->> 1)::bigint, 0) + q.is_critical::int,
                    q.n)) end,
           best.candidates, best.candidate_count,
           case when best.in_team = 0 then 'no_agent_in_team'
                when best.with_skill = 0 then 'no_agent_with_skill'
                when best.available = 0 then 'nobody_available'
                when best.agent_id is null then 'all_at_capacity' end
    from chosen c
    join queue q on q.n = c.n + 1
    cross join lateral (
        select min(s.id) filter (where s.rank = 1 and s.is_free) as agent_id,
               jsonb_agg(jsonb_build_object('agent_id', s.id, 'score', s.score, 'active_tickets', s.active,
                                            'critical_tickets', s.critical, 'proficiency', s.proficiency)
                         order by s.rank) filter (where s.is_free and s.rank <= 10) as candidates,
               count(*) filter (where s.is_free) as candidate_count,
               count(*) as in_team,
               count(*) filter (where s.has_skill) as with_skill,
               count(*) filter (where s.has_skill and s.is_available) as available
        from (
            select f.*, row_number() over (order by not f.is_free, f.score, f.turn, f.last_assigned_at nulls first, f.id) as rank
            from (
                select a.id, a.is_available, a.last_assigned_at, l.active, l.critical, l.turn,
                       coalesce(k.proficiency, 0) as proficiency,
                       q.skill_id is null or k.proficiency is not null as has_skill,
                       l.active + 2 * l.critical - 5 * coalesce(k.proficiency, 0) as score,
                       a.is_available and l.active < a.capacity and (q.skill_id is null or k.proficiency is not null) as is_free
                from agents a
                cross join lateral (
                    select a.active + coalesce((c.given -> a.id::text ->> 0)::bigint, 0) as active,
                           a.critical + coalesce((c.given -> a.id::text ->> 1)::bigint, 0) as critical,
                           coalesce((c.given -> a.id::text ->> 2)::bigint, 0) as turn
                ) l
                left join user_skills k on k.user_id = a.id and k.skill_id = q.skill_id
                where q.team_id is null
                   or exists (select from team_members m where m.team_id = q.team_id and m.user_id = a.id)
            ) f
        ) s
    ) best
), told as (
    update users u set last_assigned_at = %(now)s
    from (select distinct agent_id from chosen where agent_id is not null) c
    where u.id = c.agent_id
), done as (
    update tickets t
    set assigned_agent_id = c.agent_id, is_awaiting_routing = c.agent_id is null,
        status = case when c.agent_id is not null and t.status = 'open' then 'assigned' else t.status end,
        status_changed_at = case when c.agent_id is not null and t.status = 'open' then %(now)s else t.status_changed_at end,
        version = case when c.agent_id is null then t.version else t.version + 1 end,
        updated_at = case when c.agent_id is null then t.updated_at else greatest(t.updated_at, %(now)s) end
    from chosen c
    where t.id = c.ticket_id and (c.agent_id is not null or not t.is_awaiting_routing)
    returning t.id, t.status
)
select c.ticket_id, c.agent_id, coalesce(c.candidates, '[]'::jsonb) as candidates, c.candidate_count, c.reason,
       t.status as old_status, t.team_id, t.skill_id, not t.is_awaiting_routing as is_first_try
from chosen c
join tickets t on t.id = c.ticket_id
order by c.n
