-- Grain: one row per ticket of a page: those its reader may see, of %(statuses)s unless null, the last changed first, or
-- those of %(ids)s in that order; with the last public answer, and when they hear from us next. Locks nothing.
-- Indexes: ix_tickets_customer_id, primary key of tickets, ix_comments_ticket_id, primary key of sla_clocks.
with page as materialized (
    select t.id, row_number() over (order by array_position(%(ids)s::bigint[], t.id), t.updated_at desc, t.id desc) as n
    from tickets t
    where /*visible*/ and (%(statuses)s::text[] is null or t.status = any(%(statuses)s))
      and (%(ids)s::bigint[] is null or t.id = any(%(ids)s))
    order by n limit %(limit)s offset %(offset)s
)
select t.id, t.number, t.subject, t.status, t.version, t.customer_id, customer.name as customer_name, t.updated_at,
       (select min(c.due_at) from sla_clocks c
        where c.ticket_id = t.id and c.met_at is null and c.target not like 'escalation%%') as promised_at,
       answer.body as answer, answer.created_at as answered_at, answer.author_name as answered_by
from page
join tickets t on t.id = page.id
join users customer on customer.id = t.customer_id
left join lateral (
    select left(c.body_html, 1000) as body, c.created_at, coalesce(u.name, '') as author_name
    from comments c left join users u on u.id = c.author_id
    where c.ticket_id = t.id and c.is_by_staff and /*comments*/
    order by c.id desc limit 1
) answer on true
order by page.n
