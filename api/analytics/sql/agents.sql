-- Grain: one row per active agent, by name. Locks nothing. Indexes: ix_tickets_active_agent, ix_tickets_resolved_at,
-- ix_tickets_created_at, ix_comments_author_id, primary key of sla_clocks.
with resolved as (
    select t.assigned_agent_id as agent_id, count(*) as resolved,
           percentile_cont(0.5) within group (order by extract(epoch from t.resolved_at - t.created_at)) as median,
           percentile_cont(0.9) within group (order by extract(epoch from t.resolved_at - t.created_at)) as p90
    from tickets t
    where t.resolved_at >= %(since)s and t.assigned_agent_id is not null and /*visible*/
    group by 1
), answered as (
    select t.assigned_agent_id as agent_id,
           count(*) filter (where c.met_at is not null and c.breached_at is null) as met,
           count(*) filter (where c.breached_at is not null) as breached
    from tickets t join sla_clocks c on c.ticket_id = t.id and c.target = 'first_response'
    where t.created_at >= %(since)s and t.assigned_agent_id is not null and /*visible*/
    group by 1
), load as (
    select t.assigned_agent_id as agent_id, count(*) as active
    from tickets t
    where t.assigned_agent_id is not null and t.status not in ('resolved', 'closed') and /*visible*/
    group by 1
)
select u.id as agent_id, u.name, u.availability, coalesce(load.active, 0) as active,
       coalesce(resolved.resolved, 0) as resolved, said.public_replies,
       resolved.median as median_resolution_seconds, resolved.p90 as p90_resolution_seconds,
       coalesce(answered.met, 0) as first_responses_met, coalesce(answered.breached, 0) as first_responses_breached
from users u
left join load on load.agent_id = u.id
left join resolved on resolved.agent_id = u.id
left join answered on answered.agent_id = u.id
cross join lateral (
    select count(*) as public_replies
    from comments c join tickets t on t.id = c.ticket_id
    where c.author_id = u.id and c.created_at >= %(since)s and not c.is_internal and /*visible*/
) said
where u.role = 'agent' and u.is_active
order by u.name, u.id
limit %(limit)s
