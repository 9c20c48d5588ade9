"""events: partitions by month, the guard against changes, and the three histories as views."""

from alembic import op

revision = "0009"
down_revision = "0008"

_PARTITIONS = """
create function ensure_audit_partitions(from_on date, to_on date) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    month date := date_trunc('month', from_on)::date;
    made integer := 0;
    partition text;
begin
    if to_on - from_on > 366 * 60 then
        raise exception 'no more than 60 years of partitions at once';
    end if;
    perform pg_advisory_xact_lock(hashtext('ensure_audit_partitions'));
    while month <= to_on loop
        partition := 'audit_logs_' || to_char(month, 'YYYY_MM');
        if to_regclass('public.' || partition) is null then
            begin
                execute format('create table %I partition of audit_logs for values from (%L) to (%L)',
                               partition, month::timestamp at time zone 'UTC',
                               (month + interval '1 month')::timestamp at time zone 'UTC');
                execute format('create trigger refuse_truncate before truncate on %I '
                               'for each statement execute function refuse_change()', partition);
                made := made + 1;
            exception when check_violation then
                raise notice 'rows of % are in the default partition and stay there', month;
            end;
        end if;
        month := (month + interval '1 month')::date;
    end loop;
    return made;
end
$$
"""

_REFUSE = """
create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'the event log is append-only: % refused', tg_op using errcode = 'insufficient_privilege';
end
$$
"""

_VIEWS = {
    "ticket_status_history": """
        select id as event_id, ticket_id, old_values ->> 'status' as old_status, new_values ->> 'status' as new_status,
               actor_id as changed_by, actor_kind, new_values -> 'details' ->> 'reason' as reason,
               occurred_at as changed_at
        from audit_logs where entity_type = 'ticket' and new_values ? 'status'
    """,
    "ticket_assignments": """
        select id as event_id, ticket_id, (old_values ->> 'assigned_agent_id')::bigint as old_agent_id,
               (new_values ->> 'assigned_agent_id')::bigint as assigned_agent_id, actor_id as assigned_by, actor_kind,
               new_values -> 'details' ->> 'how' as how, new_values -> 'details' ->> 'reason' as reason,
               occurred_at as assigned_at
        from audit_logs where entity_type = 'ticket' and new_values ? 'assigned_agent_id'
    """,
    "ticket_escalations": """
        select id as event_id, ticket_id, (new_values ->> 'escalation_level')::int as escalation_level,
               (new_values -> 'details' ->> 'escalated_to')::bigint as escalated_to, actor_id as escalated_by, actor_kind,
               new_values -> 'details' ->> 'how' as how, new_values -> 'details' ->> 'reason' as reason,
               occurred_at as escalated_at
        from audit_logs where action = 'ticket.escalated'
    """,
}


def upgrade() -> None:
    op.execute(_REFUSE)
    op.execute(_PARTITIONS)
    op.execute(
        "create trigger refuse_change before update or delete on audit_logs "
        "for each row execute function refuse_change()"
    )
    for table in ("audit_logs", "audit_seals"):
        op.execute(
            f"create trigger refuse_truncate before truncate on {table} "
            "for each statement execute function refuse_change()"
        )
    op.execute(
        "create trigger refuse_change before update or delete on audit_seals "
        "for each row execute function refuse_change()"
    )
    op.execute("create table audit_logs_default partition of audit_logs default")
    op.execute("select ensure_audit_partitions(current_date, (current_date + interval '3 months')::date)")
    for name, select in _VIEWS.items():
        op.execute(f"create view {name} as {select}")


def downgrade() -> None:
    for name in _VIEWS:
        op.execute(f"drop view {name}")
    op.execute("drop trigger refuse_change on audit_logs")
    op.execute("drop trigger refuse_truncate on audit_logs")
    op.execute("drop trigger refuse_change on audit_seals")
    op.execute("drop trigger refuse_truncate on audit_seals")
    op.execute("drop function ensure_audit_partitions(date, date)")
    op.execute("drop function refuse_change() cascade")
