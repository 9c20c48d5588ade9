-- Grain: one row per comment moved from %(from_id)s to %(into_id)s: those of %(comment_ids)s, or all, and then time and watchers too.
-- Files go with their comments; those of the ticket itself when all go. A comment remembers where it was said, so that the
-- other ticket's clocks do not take it for theirs. Locks: the caller holds both tickets.
-- Indexes: ix_comments_ticket_id, ix_attachments_ticket_id, ix_time_entries_ticket_id, primary key of ticket_watchers.
with moved as (
    update comments set ticket_id = %(into_id)s, moved_from_id = coalesce(moved_from_id, ticket_id)
    where ticket_id = %(from_id)s and (%(comment_ids)s::bigint[] is null or id = any(%(comment_ids)s))
    returning id
), files as (
    update attachments a set ticket_id = %(into_id)s
    where a.ticket_id = %(from_id)s and (%(comment_ids)s::bigint[] is null or a.comment_id = any(%(comment_ids)s))
), time as (
    update time_entries set ticket_id = %(into_id)s
    where ticket_id = %(from_id)s and %(comment_ids)s::bigint[] is null
), watching as (
    insert into ticket_watchers (ticket_id, user_id, created_at)
    select %(into_id)s, w.user_id, %(now)s from ticket_watchers w
    where w.ticket_id = %(from_id)s and %(comment_ids)s::bigint[] is null
    on conflict do nothing
)
select id from moved
