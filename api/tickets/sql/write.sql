-- Grain: one row per ticket of %(rows)s, a JSON array of {id, new}; written are the fields that `new` names, null included.
-- Whoever gets a ticket was assigned to last now. With %(results)s, what a bulk change did is kept, and its id the row. Locks: the caller holds the tickets. Indexes: primary keys.
with changed as materialized (
    select id, new from jsonb_to_recordset(%(rows)s::text::jsonb) as c (id bigint, new jsonb)
), told as (
    update users set last_assigned_at = %(now)s
    where id in (select (new ->> 'assigned_agent_id')::bigint from changed)
), kept as (
    insert into bulk_changes (actor_id, results, created_at)
    select %(actor_id)s, %(results)s::text::jsonb, %(now)s where %(results)s::text is not null
    returning id
), written as (
    update tickets t
    set status = coalesce(n.status, t.status),
        status_changed_at = case when n.status <> t.status then %(now)s else t.status_changed_at end,
        priority = coalesce(n.priority, t.priority),
        assigned_agent_id = case when c.new ? 'assigned_agent_id' then n.assigned_agent_id else t.assigned_agent_id end,
        is_awaiting_routing = t.is_awaiting_routing and not c.new ? 'assigned_agent_id',
        team_id = case when c.new ? 'team_id' then n.team_id else t.team_id end,
        category_id = case when c.new ? 'category_id' then n.category_id else t.category_id end,
        skill_id = case when c.new ? 'skill_id' then n.skill_id else t.skill_id end,
        tags = coalesce(n.tags, t.tags),
        custom_attributes = coalesce(n.custom_attributes, t.custom_attributes),
        escalation_level = coalesce(n.escalation_level, t.escalation_level),
        reopen_count = coalesce(n.reopen_count, t.reopen_count),
        resolved_at = case when c.new ? 'resolved_at' then n.resolved_at else t.resolved_at end,
        closed_at = case when c.new ? 'closed_at' then n.closed_at else t.closed_at end,
        snoozed_until = case when c.new ? 'snoozed_until' then n.snoozed_until else t.snoozed_until end,
        merged_into_id = case when c.new ? 'merged_into_id' then n.merged_into_id else t.merged_into_id end,
        outcome = case when c.new ? 'outcome' then n.outcome else t.outcome end,
        root_cause_id = case when c.new ? 'root_cause_id' then n.root_cause_id else t.root_cause_id end,
        remedy = case when c.new ? 'remedy' then n.remedy else t.remedy end,
        remedy_amount = case when c.new ? 'remedy_amount' then n.remedy_amount else t.remedy_amount end,
        remedy_currency = case when c.new ? 'remedy_currency' then n.remedy_currency else t.remedy_currency end,
        updated_at = greatest(t.updated_at, %(now)s), version = t.version + 1
    from changed c
    cross join lateral jsonb_to_record(c.new) as n (
        status text, priority text, assigned_agent_id bigint, team_id bigint, category_id bigint, skill_id bigint, tags text[],
        custom_attributes jsonb, escalation_level int, reopen_count int, resolved_at timestamptz, closed_at timestamptz,
        snoozed_until timestamptz, merged_into_id bigint, outcome text, root_cause_id bigint, remedy text,
        remedy_amount numeric, remedy_currency text)
    where t.id = c.id
)
select id from kept
