-- Grain: one row, one boolean: is there anything for the sweep to do at %(now)s? Locks nothing.
-- Indexes: ix_sla_clocks_due, ix_sla_clocks_at_risk, ix_tickets_auto_close, ix_tickets_snoozed_until, ix_tickets_awaiting_routing, ix_users_routable,
-- ix_tickets_created_at, ix_tickets_updated_at, ix_tickets_status_changed_at, ix_tickets_first_breached_at,
-- ix_tickets_active_agent, ix_attachment_leftovers_created_at, ix_sla_rebases_created_at.
select exists (select from sla_clocks
               where met_at is null and breached_at is null and due_at is not null and due_at < %(now)s)
    or exists (select from sla_clocks
               where met_at is null and breached_at is null and warned_at is null and at_risk_at is not null
                 and at_risk_at <= %(now)s)
    or exists (select from tickets
               where status = 'resolved' and resolved_at <= %(now)s - make_interval(secs => %(auto_close_after_seconds)s))
    or exists (select from tickets where snoozed_until <= %(now)s)
    or exists (select
               from (select distinct team_id, skill_id from tickets
                     where is_awaiting_routing and assigned_agent_id is null and status not in ('resolved', 'closed')) w
               join users u on u.is_active and u.availability = 'available' and u.role = 'agent'
               where (w.team_id is null
                      or exists (select from team_members m where m.team_id = w.team_id and m.user_id = u.id))
                 and (w.skill_id is null
                      or exists (select from user_skills s where s.skill_id = w.skill_id and s.user_id = u.id))
                 and (select count(*) from tickets a
                      where a.assigned_agent_id = u.id and a.status not in ('resolved', 'closed')) < u.capacity)
    or exists (select from attachment_leftovers where is_condemned or created_at < %(now)s - interval '24 hours')
    or exists (select from sla_rebases where created_at <= %(now)s - interval '1 minute')
    or exists (select from workflow_watches w
               cross join lateral (select %(now)s - interval '1 minute' as until, make_interval(secs => w.after_seconds) as wait) u
               where w.backlog_id is not null
                  or exists (select from tickets t where w.clock = 'created_at'
                                  and t.created_at > w.looked_until - u.wait and t.created_at <= u.until - u.wait)
                  or exists (select from tickets t where w.clock = 'updated_at'
                                  and t.updated_at > w.looked_until - u.wait and t.updated_at <= u.until - u.wait)
                  or exists (select from tickets t where w.clock = 'status_changed_at'
                                  and t.status_changed_at > w.looked_until - u.wait and t.status_changed_at <= u.until - u.wait)
                  or exists (select from tickets t where t.updated_at > w.looked_until and t.updated_at <= u.until
                                  and case w.clock when 'created_at' then t.created_at when 'updated_at' then t.updated_at
                                      else t.status_changed_at end <= u.until - u.wait)
                  or exists (select from tickets t where t.first_breached_at > w.looked_until and t.first_breached_at <= u.until
                                  and case w.clock when 'created_at' then t.created_at when 'updated_at' then t.updated_at
                                      else t.status_changed_at end <= u.until - u.wait))
