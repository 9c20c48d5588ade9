-- Grain: one row per event of a ticket that its clocks depend on, oldest first, at most %(limit)s.
-- Locks nothing. Indexes: primary key of tickets, ix_audit_logs_ticket_id; partitions before the ticket are pruned.
select e.id, e.occurred_at, e.action,
       case when e.entity_type = 'ticket' then e.old_values ->> 'status' end as old_status,
       case when e.entity_type = 'ticket' then e.new_values ->> 'status' end as status,
       case when e.action = 'comment.added' then (e.new_values ->> 'is_by_staff')::boolean end as by_staff,
       case when e.action = 'sla.applied' then (e.new_values ->> 'policy_version_id')::bigint end as policy_version_id,
       case when e.action = 'sla.applied' then (e.new_values ->> 'calendar_version_id')::bigint end as calendar_version_id
from tickets t
join audit_logs e on e.ticket_id = t.id and e.occurred_at >= t.created_at
where t.id = %(ticket_id)s and /*visible*/
  and (e.entity_type = 'ticket' and e.new_values ? 'status'
       or e.action = 'comment.added' and not (e.new_values ->> 'is_internal')::boolean
          and e.new_values ->> 'author_id' is not null
       or e.action = 'sla.applied')
order by e.id limit %(limit)s
