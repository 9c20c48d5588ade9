-- The first period begins when the ticket was created, and exactly the last one lasts.
with tickets as (
    select ticket_id, created_at from {{ get_where_subquery(ref('fct_tickets')) }}
), lives as (
    select ticket_id, min(valid_from) as began_at, count(*) filter (where valid_to is null) as lasting
    from {{ ref('fct_status_periods') }}
    where ticket_id in (select ticket_id from tickets)
    group by ticket_id
)
select ticket_id, t.created_at, l.began_at, l.lasting
from tickets t
left join lives l using (ticket_id)
where l.began_at is distinct from t.created_at or l.lasting <> 1
