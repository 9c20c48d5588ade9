-- Grain: one row per ticket. Locks: the caller holds the tickets. Index: pk_tickets.
-- A new salt makes the hashes of the words in the log mean nothing; a new version refuses whoever still has the words open.
update tickets t
set subject = %(erased)s, description = %(erased)s, salt = decode(replace(gen_random_uuid()::text, '-', ''), 'hex'),
    custom_attributes = t.custom_attributes - w.keys, version = t.version + 1, erased_at = %(now)s
from (select coalesce(array_agg(key), '{}') as keys from custom_fields where type in ('text', 'textarea')) w,
     (select id, custom_attributes from tickets where id = any(%(tickets)s)) before
where t.id = any(%(tickets)s) and before.id = t.id
returning t.id, t.custom_attributes as kept, before.custom_attributes <> t.custom_attributes as has_lost
