-- Grain: one row per settled row of the log in (/*range*/), in (tx, id) order, with the SHA-256 of its canonical text.
-- The canonical text is a JSON array of its columns, instants as microseconds since 1970. Locks nothing.
-- Index: ix_audit_logs_tx of each partition.
select e.tx::text::bigint as tx, e.id,
       sha256(convert_to(jsonb_build_array(
           e.id, e.tx::text, (extract(epoch from e.occurred_at) * 1000000)::bigint, e.action, e.entity_type, e.entity_id,
           e.ticket_id, e.actor_id, e.actor_kind, e.old_values, e.new_values, e.ip, e.user_agent, e.visibility
       )::text, 'UTF8')) as digest
from audit_logs e
where /*range*/
order by e.tx, e.id
limit %(limit)s
