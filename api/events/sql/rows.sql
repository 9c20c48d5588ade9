-- Grain: one row per settled row of the log in (/*range*/), in (tx, id) order, with the SHA-256 of its canonical text.
-- What the canonical text is, `api/events/seal.py` says. Locks nothing.
-- Index: ix_audit_logs_tx of each partition.
select e.tx::text::bigint as tx, e.id,
       sha256(convert_to((/*canonical*/)::text, 'UTF8')) as digest
from audit_logs e
where /*range*/
order by e.tx, e.id
limit %(limit)s
