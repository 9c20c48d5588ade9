-- Schema raw of the warehouse: what was read from the product. Idempotent; run before every ingest.
-- Grain: events one row per settled row of audit_logs; sla_spans one row per ticket × target × cycle; batches one row per
-- transaction of ingest; watermarks one row per reader; the others the product's present rows (versions: all of them).
-- Indexes: events by ticket (its history), by batch (what is new); sla_spans by batch, and those that time alone can breach.
create schema if not exists raw;

create table if not exists raw.batches (
    id bigint generated always as identity primary key,
    started_at timestamptz not null,
    from_tx bigint not null,
    from_id bigint not null,
    to_tx bigint not null,
    to_id bigint not null,
    row_count bigint not null
);

create table if not exists raw.watermarks (
    name text primary key,
    tx bigint not null,
    id bigint not null
);

create table if not exists raw.events (
    tx bigint not null,
    id bigint primary key,
    occurred_at timestamptz not null,
    action text not null,
    entity_type text not null,
    entity_id bigint,
    ticket_id bigint,
    actor_id bigint,
    actor_kind text not null,
    old_values jsonb,
    new_values jsonb,
    visibility text not null,
    _batch bigint not null,
    _ingested_at timestamptz not null
);
create index if not exists ix_events_ticket_id on raw.events (ticket_id);
create index if not exists ix_events_batch on raw.events (_batch);

create table if not exists raw.users (
    id bigint primary key,
    name text,
    role text not null,
    is_active boolean not null,
    availability text not null,
    capacity integer not null,
    created_at timestamptz not null,
    organisation_id bigint
);
alter table raw.users add column if not exists organisation_id bigint;

create table if not exists raw.organisations (
    id bigint primary key,
    name text not null,
    is_active boolean not null
);

create table if not exists raw.teams (
    id bigint primary key,
    name text not null,
    is_active boolean not null,
    created_at timestamptz not null
);

create table if not exists raw.team_members (
    team_id bigint not null,
    user_id bigint not null,
    role text not null,
    primary key (team_id, user_id)
);

create table if not exists raw.skills (
    id bigint primary key,
    name text not null
);

create table if not exists raw.categories (
    id bigint primary key,
    name text not null,
    parent_id bigint,
    skill_id bigint,
    team_id bigint
);

create table if not exists raw.root_causes (
    id bigint primary key,
    name text not null,
    parent_id bigint,
    is_active boolean not null
);

create table if not exists raw.sla_policies (
    id bigint primary key,
    policy_id bigint not null,
    name text not null,
    version integer not null,
    valid_from timestamptz not null,
    conditions jsonb not null,
    targets jsonb not null,
    pauses_on jsonb not null,
    calendar_id bigint
);

create table if not exists raw.calendars (
    id bigint primary key,
    calendar_id bigint not null,
    name text not null,
    version integer not null,
    valid_from timestamptz not null,
    time_zone text not null,
    weekly_hours jsonb not null,
    holidays jsonb not null
);

create table if not exists raw.installation (
    time_zone text not null,
    at_risk_share double precision not null,
    reopen_window_seconds bigint not null,
    auto_close_after_seconds bigint not null,
    default_locale text not null,
    branding_name text not null
);

create table if not exists raw.sla_spans (
    ticket_id bigint not null,
    target text not null,
    cycle integer not null,
    policy_version_id bigint not null,
    calendar_version_id bigint,
    target_seconds bigint not null,
    started_at timestamptz not null,
    resumed_at timestamptz,
    paused_at timestamptz,
    elapsed_seconds bigint not null,
    due_at timestamptz,
    at_risk_at timestamptz,
    met_at timestamptz,
    breached_at timestamptz,
    warned_at timestamptz,
    _batch bigint not null,
    primary key (ticket_id, target, cycle)
);
create index if not exists ix_sla_spans_batch on raw.sla_spans (_batch);
create index if not exists ix_sla_spans_due on raw.sla_spans (due_at)
    where met_at is null and breached_at is null and due_at is not null;

create table if not exists raw.published (
    name text not null,
    month text not null,
    hash numeric not null,
    row_count bigint not null,
    primary key (name, month)
);

create table if not exists raw.checks (
    name text primary key,
    is_blocking boolean not null,
    level text not null,
    checked bigint not null,
    failed bigint not null,
    detail text not null,
    batch bigint not null,
    checked_at timestamptz not null
);
