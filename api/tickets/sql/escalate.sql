-- Grain: one row per ticket of %(ticket_ids)s that is active, escalated one level, with its state before and after.
-- To the one asked for, else the team's lead (available ones first), else the least loaded available admin, else it
-- stays with whom it was. Locks the tickets in id order. Indexes: primary keys, ix_users_role_name, ix_tickets_active_agent.
with locked as (
    select t.id, t.status, t.assigned_agent_id, t.team_id, t.escalation_level
    from tickets t
    where t.id = any(%(ticket_ids)s) and t.status not in ('resolved', 'closed')
    order by t.id
    for update
), lead as (
    select distinct on (m.team_id) m.team_id, u.id as user_id
    from team_members m join users u on u.id = m.user_id
    where m.role = 'lead' and u.is_active and m.team_id in (select team_id from locked)
    order by m.team_id, (u.availability = 'available') desc, u.id
), admin as (
    select u.id as user_id
    from users u
    where u.role = 'admin' and u.is_active and u.availability = 'available'
    order by (select count(*) from tickets a
              where a.assigned_agent_id = u.id and a.status not in ('resolved', 'closed')), u.id
    limit 1
), target as (
    select locked.*, coalesce(%(escalate_to)s::bigint, lead.user_id, (select user_id from admin)) as escalated_to
    from locked left join lead on lead.team_id = locked.team_id
), done as (
    update tickets t
    set status = 'escalated', escalation_level = t.escalation_level + 1, version = t.version + 1,
        assigned_agent_id = coalesce(target.escalated_to, t.assigned_agent_id),
        updated_at = greatest(t.updated_at, %(now)s),
        status_changed_at = case when t.status = 'escalated' then t.status_changed_at else %(now)s end
    from target
    where t.id = target.id
    returning t.id, target.status as old_status, target.assigned_agent_id as old_agent_id,
              t.assigned_agent_id as new_agent_id, t.escalation_level, target.escalated_to
)
select * from done order by id
