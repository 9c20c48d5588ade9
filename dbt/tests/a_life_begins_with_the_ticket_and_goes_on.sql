-- The first period begins when the ticket was created, and exactly the last one lasts.
select ticket_id, t.created_at, p.began_at, p.lasting
from {{ get_where_subquery(ref('fct_tickets')) }} t
left join lateral (
    select min(valid_from) as began_at, count(*) filter (where valid_to is null) as lasting
    from {{ ref('fct_status_periods') }} s where s.ticket_id = t.ticket_id
) p on true
where p.began_at is distinct from t.created_at or p.lasting <> 1
