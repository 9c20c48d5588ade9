-- Rights of the roles in database `redress`, applied after every upgrade; a role that is not there is passed over.
-- redress_app changes state but can only append to the log; redress_reader reads what ingest needs.
do $$
declare
    part regclass;
begin
    if exists (select from pg_roles where rolname = 'redress_app') then
        grant usage on schema public to redress_app;
        grant select, insert, update, delete on all tables in schema public to redress_app;
        grant usage, select on all sequences in schema public to redress_app;
        grant update on all sequences in schema public to redress_app;
        grant execute on function ensure_audit_partitions(date, date) to redress_app;
        revoke update, delete, truncate on audit_logs, audit_seals from redress_app;
        for part in select inhrelid::regclass from pg_inherits where inhparent = 'audit_logs'::regclass loop
            execute format('revoke all on %s from redress_app', part);
        end loop;
        revoke insert, update, delete, truncate on alembic_version from redress_app;
    end if;
    if exists (select from pg_roles where rolname = 'redress_reader') then
        grant usage on schema public to redress_reader;
        grant select on audit_logs, audit_seals, tickets, teams, team_members, skills, user_skills, categories, root_causes,
            calendars, calendar_versions, sla_policies, sla_policy_versions, sla_clocks, installation_settings
            to redress_reader;
        grant select (id, name, role, is_active, availability, capacity, created_at, updated_at, organisation_id)
            on users to redress_reader;
        grant select (id, name, is_active) on organisations to redress_reader;
    end if;
    revoke execute on function ensure_audit_partitions(date, date) from public;
end
$$;
