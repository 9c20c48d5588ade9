-- Grain: one row per clock whose time is up, now breached at its due instant, at most %(batch)s; with its ticket's marks.
-- Locks: the tickets first, in id order, as every command does; rows somebody holds are left to the next round.
-- Indexes: ix_sla_clocks_due, primary keys of tickets and sla_clocks.
with due as materialized (
    select ticket_id, target, cycle from sla_clocks
    where met_at is null and breached_at is null and due_at < %(now)s
    order by due_at limit %(batch)s
), held as materialized (
    select due.ticket_id, due.target, due.cycle
    from due join tickets t on t.id = due.ticket_id
    order by t.id for update of t skip locked
), broken as (
    update sla_clocks c
    set breached_at = c.due_at, at_risk_at = null
    from held
    where (c.ticket_id, c.target, c.cycle) = (held.ticket_id, held.target, held.cycle)
      -- asked again of the locked row; written so that the primary key leads there whatever the statistics say
      and coalesce(c.met_at, c.breached_at) is null and c.due_at + interval '0' < %(now)s
    returning c.ticket_id, c.target, c.cycle, c.due_at
), marks as (
    select b.ticket_id, min(b.due_at) as breached_at,
           (select min(c.due_at) filter (where c.met_at is null and c.breached_at is null and c.due_at >= %(now)s
                                           and c.target not like 'escalation%%')
            from sla_clocks c where c.ticket_id = b.ticket_id) as next_due_at
    from broken b
    where b.target not like 'escalation%%'
    group by b.ticket_id
), marked as (
    update tickets t
    set first_breached_at = least(t.first_breached_at, m.breached_at), next_due_at = m.next_due_at
    from marks m
    where t.id = m.ticket_id
)
select ticket_id, target, cycle, due_at from broken order by due_at, ticket_id, target, cycle
