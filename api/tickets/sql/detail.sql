-- Grain: one row, the ticket %(ticket_id)s if its reader may see it. Locks nothing.
-- Indexes: primary keys of tickets, sla_clocks, ix_attachments_ticket_id and of the tables that give names.
select t.id, t.number, t.subject, t.description, t.status, t.priority, t.source, t.customer_id, customer.name as customer_name,
       t.assigned_agent_id, agent.name as agent_name, t.team_id, team.name as team_name,
       t.category_id, category.name as category_name, t.skill_id, skill.name as skill_name,
       t.tags, t.custom_attributes,
       coalesce((select jsonb_object_agg(f.key, t.custom_attributes -> f.key) from custom_fields f
                 where f.is_active and t.custom_attributes ? f.key and /*fields*/), '{}'::jsonb) as custom_fields,
       t.escalation_level, t.reopen_count, t.version, t.created_at, t.updated_at,
       t.resolved_at, t.closed_at, t.snoozed_until, t.merged_into_id, t.next_due_at,
       t.outcome, t.root_cause_id, cause.name as root_cause_name, t.remedy, t.remedy_amount, t.remedy_currency,
       csat.score as csat_score, csat.comment as csat_comment, csat.rated_at, csat.first_rated_at,
       (t.first_breached_at is not null
        or (coalesce(t.next_due_at < %(now)s, false) and t.status not in ('resolved', 'closed'))) as is_sla_breached,
       (/*workable*/) is true as may_work,
       coalesce(clock.states, '[]'::jsonb) as clocks, coalesce(file.list, '[]'::jsonb) as attachments
from tickets t
join users customer on customer.id = t.customer_id
left join users agent on agent.id = t.assigned_agent_id
left join teams team on team.id = t.team_id
left join categories category on category.id = t.category_id
left join skills skill on skill.id = t.skill_id
left join root_causes cause on cause.id = t.root_cause_id
left join csat_ratings csat on csat.ticket_id = t.id
left join lateral (
    select jsonb_agg(jsonb_build_object(
               'target', c.target, 'cycle', c.cycle, 'target_seconds', c.target_seconds, 'due_at', c.due_at,
               'at_risk_at', c.at_risk_at, 'met_at', c.met_at, 'breached_at', c.breached_at,
               'state', case when c.breached_at is not null or (c.met_at is null and c.due_at < %(now)s) then 'breached'
                             when c.met_at is not null then 'met'
                             when c.due_at is null then 'paused'
                             when c.at_risk_at <= %(now)s then 'at_risk'
                             else 'running' end)
           order by c.due_at nulls last, c.target, c.cycle) as states
    from sla_clocks c
    where c.ticket_id = t.id
) clock on true
left join lateral (
    select jsonb_agg(jsonb_build_object(
               'id', a.id, 'key', a.key, 'ticket_id', a.ticket_id, 'comment_id', a.comment_id, 'name', a.name,
               'content_type', a.content_type, 'size_bytes', a.size_bytes, 'sha256', encode(a.sha256, 'hex'),
               'is_internal', a.is_internal, 'has_preview', a.has_preview, 'created_at', a.created_at,
               'uploaded_by', case when u.id is not null then jsonb_build_object('id', u.id, 'name', u.name) end)
           order by a.id) as list
    from (select * from attachments a where a.ticket_id = t.id and /*attachments*/ order by a.id limit 500) a
    left join users u on u.id = a.uploaded_by
) file on true
where t.id = %(ticket_id)s and /*visible*/
