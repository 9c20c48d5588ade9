-- Grain: one row, how the work stands at %(now)s; counts end at %(cap)s. Locks nothing.
-- Indexes: ix_deliveries_due, ix_deliveries_status, ix_sla_clocks_due, ix_audit_logs_tx, ix_audit_seals_to.
with last_seal as (select to_tx, to_id, sealed_at from audit_seals order by to_tx desc, to_id desc limit 1)
select (select count(*) from (select from deliveries where status = 'waiting' and next_try_at <= %(now)s limit %(cap)s) d)
           as deliveries_due,
       (select extract(epoch from %(now)s - min(next_try_at))::float8 from deliveries
        where status = 'waiting' and next_try_at <= %(now)s) as delivery_oldest_seconds,
       (select count(*) from (select from deliveries where status = 'dead' limit %(cap)s) d) as deliveries_dead,
       (select count(*) from (select from sla_clocks where met_at is null and breached_at is null and due_at is not null
                                and due_at < %(now)s limit %(cap)s) c) as clocks_overdue,
       (select extract(epoch from %(now)s - min(due_at))::float8 from sla_clocks
        where met_at is null and breached_at is null and due_at is not null and due_at < %(now)s) as clock_oldest_seconds,
       (select extract(epoch from occurred_at)::float8 from audit_logs order by tx desc, id desc limit 1) as newest_event_at,
       (select extract(epoch from %(now)s - min(occurred_at))::float8
        from (select occurred_at from audit_logs where tx >= pg_snapshot_xmin(pg_current_snapshot())
              order by tx, id limit %(cap)s) e) as unsettled_seconds,
       (select count(*) from (select from audit_logs
                              where (tx, id) > (coalesce((select to_tx from last_seal), '0'::xid8),
                                                coalesce((select to_id from last_seal), 0))
                              order by tx, id limit %(cap)s) e) as unsealed_events,
       (select extract(epoch from sealed_at)::float8 from last_seal) as sealed_at
