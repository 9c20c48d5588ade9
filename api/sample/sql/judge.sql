-- Grain: one row per made-up ticket that is closed, with what was found: outcome, mostly a root cause, sometimes a remedy.
-- Locks those tickets, in no order: nobody else knows them yet. Indexes: uq_tickets_external_id, primary keys.
with luck as (
    select id, updated_at, hashtextextended(external_id, 6) as luck from tickets
    where external_id like %(prefix)s and status = 'closed' and outcome is null
), causes as (
    select id, row_number() over (order by id) as place, count(*) over () as causes
    from root_causes where id = any(%(cause_ids)s)
), found as (
    select l.id, case when (luck & 255) < 115 then 'upheld' when (luck & 255) < 175 then 'partly_upheld' when (luck & 255) < 240 then 'not_upheld'
                      else 'withdrawn' end as outcome,
           c.id as root_cause_id,
           case when (luck & 255) >= 175 then null when (luck >> 24) & 255 < 90 then 'apology' when (luck >> 24) & 255 < 150 then 'refund'
                when (luck >> 24) & 255 < 180 then 'compensation' when (luck >> 24) & 255 < 215 then 'repair' end as remedy,
           (5 + ((luck >> 32) & 127))::numeric(14, 2) as amount
    from luck l
    left join causes c on (luck >> 8) & 255 < 190 and c.place = 1 + floor(power(((luck >> 40) & 255) / 256.0, 2) * c.causes)
), written as (
    update tickets t
    set outcome = f.outcome, root_cause_id = f.root_cause_id, remedy = f.remedy,
        remedy_amount = case when f.remedy in ('refund', 'compensation') then f.amount end,
        remedy_currency = case when f.remedy in ('refund', 'compensation') then 'EUR' end, version = version + 1
    from found f
    where f.id = t.id
    returning t.id, t.updated_at, t.assigned_agent_id, t.outcome, t.root_cause_id, t.remedy, t.remedy_amount, t.remedy_currency
)
insert into audit_logs (occurred_at, action, entity_type, entity_id, ticket_id, actor_id, actor_kind, old_values, new_values, visibility)
select updated_at, 'ticket.updated', 'ticket', id, id, assigned_agent_id, case when assigned_agent_id is null then 'system' else 'user' end,
       (select jsonb_object_agg(key, null::jsonb) from jsonb_each(new)), new, 'internal'
from (select *, jsonb_strip_nulls(jsonb_build_object(
          'outcome', outcome, 'root_cause_id', root_cause_id, 'remedy', remedy, 'remedy_amount', remedy_amount::text,
          'remedy_currency', remedy_currency)) as new
      from written) w
order by updated_at, id
