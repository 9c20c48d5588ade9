-- Grain: one row per chosen ticket, with all that conditions look at and actions change. Locks nothing of itself; who means
-- to act adds `for update of t` after the order by id. Indexes: primary keys of tickets and users.
select t.id, t.number, t.subject, t.description, t.status, t.priority, t.source, t.customer_id, t.assigned_agent_id, t.team_id,
       t.category_id, t.skill_id, t.tags, t.custom_attributes, t.escalation_level, t.reopen_count, t.salt, t.version,
       t.created_at, t.updated_at, t.status_changed_at, t.resolved_at, t.closed_at, t.snoozed_until, t.merged_into_id, t.outcome,
       t.root_cause_id, t.remedy, t.remedy_amount, t.remedy_currency, t.first_breached_at, t.next_due_at, true as may_work,
       c.name as customer_name, c.tags as customer_tags, c.organisation_id
from tickets t
join users c on c.id = t.customer_id
where /*chosen*/
order by t.id
