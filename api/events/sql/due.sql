-- Grain: one row, one boolean: is there anything for the sweep to do at %(now)s? Locks nothing.
-- Indexes: ix_sla_clocks_due, ix_sla_clocks_at_risk, ix_tickets_auto_close, ix_tickets_unassigned with ix_users_routable.
select exists (select from sla_clocks
               where met_at is null and breached_at is null and due_at is not null and due_at < %(now)s)
    or exists (select from sla_clocks
               where met_at is null and breached_at is null and warned_at is null and at_risk_at is not null
                 and at_risk_at <= %(now)s)
    or exists (select from tickets
               where status = 'resolved' and resolved_at <= %(now)s - make_interval(secs => %(auto_close_after_seconds)s))
    or (exists (select from tickets where assigned_agent_id is null and status not in ('resolved', 'closed'))
        and exists (select from users where is_active and availability = 'available' and role <> 'customer'))
