-- Grain: one row per made-up ticket that is done and rated, about two of five; content the more, the better it went.
-- Locks nothing: nobody else knows these tickets yet. Indexes: uq_tickets_external_id, primary keys.
with done as (
    select id, customer_id, least(resolved_at + make_interval(secs => 3600 + 40 * (luck & 4095)), %(now)s) as rated_at,
           (luck >> 16) & 255 as mood, first_breached_at is not null or reopen_count > 0 as went_badly
    from (select *, hashtextextended(external_id, 5) as luck from tickets
          where external_id like %(prefix)s and status in ('resolved', 'closed') and resolved_at < %(now)s) t
    where (luck >> 32) & 255 < 100
), rated as (
    insert into csat_ratings (ticket_id, score, first_rated_at, rated_at)
    select id, case when went_badly then case when mood < 70 then 1 when mood < 125 then 2 when mood < 175 then 3 when mood < 225 then 4 else 5 end
                    else case when mood < 10 then 1 when mood < 22 then 2 when mood < 50 then 3 when mood < 130 then 4 else 5 end end,
           rated_at, rated_at
    from done
    on conflict do nothing
    returning ticket_id, score, rated_at
)
insert into audit_logs (occurred_at, action, entity_type, entity_id, ticket_id, actor_id, actor_kind, new_values, visibility)
select r.rated_at, 'csat.rated', 'csat', r.ticket_id, r.ticket_id, d.customer_id, 'user', jsonb_build_object('score', r.score), 'internal'
from rated r join done d on d.id = r.ticket_id
order by r.rated_at, r.ticket_id
