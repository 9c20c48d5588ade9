-- Grain: one row per ticket of %(ticket_ids)s: what policies look at, the policy applied last, and all its clocks.
-- Locks nothing: whoever reacts holds the tickets. Indexes: primary keys, ix_comments_ticket_id,
-- ix_comments_moved_from_id, ix_audit_logs_ticket_id.
select t.id as ticket_id, t.status, t.priority, t.category_id, t.team_id, customer.tags as customer_tags, customer.organisation_id,
       exists (select from comments c
               where c.ticket_id = t.id and c.moved_from_id is null and c.is_by_staff and not c.is_internal and c.author_id is not null)
           or exists (select from comments c
                      where c.moved_from_id = t.id and c.is_by_staff and not c.is_internal and c.author_id is not null) as is_answered,
       coalesce((select value::text::float8 from installation_settings where name = 'at_risk_share'), %(at_risk_share)s)
           as at_risk_share,
       (applied.new_values ->> 'policy_version_id')::bigint as policy_version_id,
       (applied.new_values ->> 'calendar_version_id')::bigint as calendar_version_id,
       coalesce(clock.rows, '[]'::jsonb) as clocks
from tickets t
join users customer on customer.id = t.customer_id
left join lateral (
    select e.new_values from audit_logs e
    where e.ticket_id = t.id and e.action = 'sla.applied' and e.occurred_at >= t.created_at
    order by e.id desc limit 1
) applied on true
left join lateral (
    select jsonb_agg(to_jsonb(c) order by c.started_at, c.target, c.cycle) as rows from sla_clocks c where c.ticket_id = t.id
) clock on true
where t.id = any(%(ticket_ids)s)
