-- Grain: one row per ticket of %(ticket_ids)s, its words as they are now: at most 20,000 characters of the description and
-- the newest comments up to 30,000, because a tsvector holds no more than 1 MB.
-- Locks the documents, in id order. Indexes: primary keys, ix_comments_ticket_id.
insert into ticket_documents (ticket_id, title, document)
select t.id, t.number || ' ' || t.subject,
       setweight(search_document(t.subject), 'A')
       || setweight(search_document(left(t.description, 20000)), 'B')
       || setweight(search_document(coalesce(said.publicly, '')), 'C')
       || setweight(search_document(coalesce(said.internally, '')), 'D')
from tickets t
left join lateral (
    select string_agg(c.body, E'\n' order by c.id) filter (where not c.is_internal) as publicly,
           string_agg(c.body, E'\n' order by c.id) filter (where c.is_internal) as internally
    from (select b.id, b.is_internal, left(b.body, 20000) as body,
                 sum(length(left(b.body, 20000))) over (order by b.id desc) as so_far
          from comments b
          where b.ticket_id = t.id) c
    where c.so_far <= 30000
) said on true
where t.id = any(%(ticket_ids)s)
order by t.id
on conflict (ticket_id) do update set title = excluded.title, document = excluded.document
