-- Grain: one row, the head figures. Locks nothing. Indexes: ix_tickets_active_due, ix_sla_clocks_at_risk,
-- ix_tickets_created_at, ix_tickets_resolved_at, primary key of sla_clocks.
with active as materialized (
    select t.id, t.status, t.priority, t.assigned_agent_id,
           t.first_breached_at is not null or coalesce(t.next_due_at < %(now)s, false) as is_breached
    from tickets t
    where t.status not in ('resolved', 'closed') and /*visible*/
), created as materialized (
    select t.id, t.created_at from tickets t where t.created_at >= %(since)s and t.created_at <= %(now)s and /*visible*/
), resolved as materialized (
    select t.resolved_at, t.created_at
    from tickets t where t.resolved_at >= %(since)s and t.resolved_at <= %(now)s and /*visible*/
), clocks as materialized (
    select c.target, c.met_at, c.started_at,
           c.breached_at is not null or (c.met_at is null and c.due_at < %(now)s) as is_breached
    from created join sla_clocks c on c.ticket_id = created.id
    where c.target not like 'escalation%%'
)
select (select count(*) from active) as active,
       (select count(*) from active where assigned_agent_id is null) as unassigned,
       (select count(*) from active where is_breached) as breached,
       (select count(distinct c.ticket_id)
        from sla_clocks c join active on active.id = c.ticket_id
        where c.met_at is null and c.breached_at is null and c.at_risk_at <= %(now)s and c.due_at >= %(now)s
          and c.target not like 'escalation%%') as at_risk,
       (select coalesce(jsonb_agg(jsonb_build_object('value', status, 'count', n) order by n desc, status), '[]')
        from (select status, count(*) as n from active group by status) s) as by_status,
       (select coalesce(jsonb_agg(jsonb_build_object('value', priority, 'count', n)
                        order by array_position(array['critical', 'high', 'medium', 'low'], priority)), '[]')
        from (select priority, count(*) as n from active group by priority) p) as by_priority,
       (select count(*) from tickets t where t.created_at >= %(today)s and t.created_at <= %(now)s and /*visible*/)
           as created_today,
       (select count(*) from tickets t where t.resolved_at >= %(today)s and t.resolved_at <= %(now)s and /*visible*/)
           as resolved_today,
       (select count(*) from created) as created,
       (select count(*) from resolved) as resolved,
       (select percentile_cont(0.5) within group (order by extract(epoch from met_at - started_at))
        from clocks where target = 'first_response' and met_at is not null) as median_first_response_seconds,
       (select percentile_cont(0.5) within group (order by extract(epoch from resolved_at - created_at))
        from resolved) as median_resolution_seconds,
       (select coalesce(jsonb_agg(jsonb_build_object('target', target, 'met', met, 'breached', breached)
                        order by target), '[]')
        from (select target, count(*) filter (where met_at is not null and not is_breached) as met,
                     count(*) filter (where is_breached) as breached
              from clocks group by target) c) as compliance
