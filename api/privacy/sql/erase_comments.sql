-- Grain: one row per comment. Locks: the caller holds the tickets. Index: ix_comments_ticket_id, ix_comments_author_id.
with gone as (
    delete from comment_edits e using comments c
    where e.comment_id = c.id and (c.ticket_id = any(%(tickets)s) or c.author_id = %(person)s)
)
update comments c
set body = %(erased)s, body_html = %(erased_html)s, salt = decode(replace(gen_random_uuid()::text, '-', ''), 'hex')
where c.ticket_id = any(%(tickets)s) or c.author_id = %(person)s
