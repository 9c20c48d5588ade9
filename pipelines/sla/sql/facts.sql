-- Grain: one row per fact of the tickets in part %(part)s of temp table touched (FACT_SCHEMA of api.sla.rules.stretches).
-- `seq` is the log's id, since the ids of a ticket are handed out under its lock. Index: ix_events_ticket_id.
select e.ticket_id, e.id as seq, e.occurred_at as at,
       case when e.action = 'ticket.created' then 'opened'
            when e.action = 'comment.added' then 'comment'
            when e.action = 'sla.applied' then 'policy'
            else 'status' end as kind,
       case when e.entity_type = 'ticket' then e.new_values ->> 'status' end as status,
       (e.new_values ->> 'is_by_staff')::boolean as by_staff,
       case when e.action = 'sla.applied' then (e.new_values ->> 'policy_version_id')::bigint end as policy_version_id,
       case when e.action = 'sla.applied' then (e.new_values ->> 'calendar_version_id')::bigint end as calendar_version_id
from touched t
join raw.events e using (ticket_id)
where t.part = %(part)s
  and (e.entity_type = 'ticket' and e.new_values ? 'status'
       or e.action = 'sla.applied'
       or e.action = 'comment.added' and not (e.new_values ->> 'is_internal')::boolean
          and e.new_values ->> 'author_id' is not null)
