-- Grain: one row of three JSON arrays: the tickets of %(ticket_ids)s (what policies look at, the policy applied last, all
-- clocks), in the order of ids; the policies that hold at %(now)s, in their order, with the versions that tickets and
-- %(policy_version_ids)s name; the calendars of these now, with the versions that tickets and %(calendar_version_ids)s name.
-- Locks nothing: whoever reacts holds the tickets. Indexes: primary keys, ix_comments_ticket_id, ix_comments_moved_from_id,
-- ix_audit_logs_ticket_id, uq_sla_policy_versions_sla_policy_id_version, uq_calendar_versions_calendar_id_version.
with standing as materialized (
    select t.id as ticket_id, t.status, t.priority, t.category_id, t.team_id, customer.tags as customer_tags, customer.organisation_id,
           exists (select from comments c
                   where c.ticket_id = t.id and c.moved_from_id is null and c.is_by_staff and not c.is_internal and c.author_id is not null)
               or exists (select from comments c
                          where c.moved_from_id = t.id and c.is_by_staff and not c.is_internal and c.author_id is not null) as is_answered,
           coalesce((select value::text::float8 from installation_settings where name = 'at_risk_share'), %(at_risk_share)s)
               as at_risk_share,
           (applied.new_values ->> 'policy_version_id')::bigint as policy_version_id,
           (applied.new_values ->> 'calendar_version_id')::bigint as calendar_version_id,
           coalesce(clock.rows, '[]'::jsonb) as clocks
    from tickets t
    join users customer on customer.id = t.customer_id
    left join lateral (
        select e.new_values from audit_logs e
        where e.ticket_id = t.id and e.action = 'sla.applied' and e.occurred_at >= t.created_at
        order by e.id desc limit 1
    ) applied on true
    left join lateral (
        select jsonb_agg(to_jsonb(c) order by c.started_at, c.target, c.cycle) as rows from sla_clocks c where c.ticket_id = t.id
    ) clock on true
    where t.id = any(%(ticket_ids)s)
), named as materialized (
    select policy_version_id, calendar_version_id from standing
    union all
    select (c ->> 'policy_version_id')::bigint, (c ->> 'calendar_version_id')::bigint
    from standing cross join jsonb_array_elements(clocks) c
    union all
    select * from unnest(%(policy_version_ids)s::bigint[], %(calendar_version_ids)s::bigint[])
), policies as materialized (
    select v.id, v.sla_policy_id as policy_id, p.name, p.position, v.version, v.valid_from, v.conditions, v.targets,
           v.pauses_on, v.calendar_id, p.is_active and v.version = latest.version as is_current
    from sla_policy_versions v
    join sla_policies p on p.id = v.sla_policy_id
    cross join lateral (
        select max(l.version) as version from sla_policy_versions l
        where l.sla_policy_id = v.sla_policy_id and l.valid_from <= %(now)s
    ) latest
    where v.id in (select policy_version_id from named) or (p.is_active and v.version = latest.version)
    order by p.position, p.id, v.version
    limit %(limit)s + (select count(distinct policy_version_id) from named)
), calendars as materialized (
    select v.id, v.calendar_id, c.name, v.version, v.valid_from, v.time_zone, v.weekly_hours, v.holidays
    from calendar_versions v
    join calendars c on c.id = v.calendar_id
    where v.id in (select calendar_version_id from named)
       or (v.calendar_id in (select calendar_id from policies)
           and v.version = (select max(l.version) from calendar_versions l
                            where l.calendar_id = v.calendar_id and l.valid_from <= %(now)s))
)
select coalesce((select jsonb_agg(to_jsonb(s) order by s.ticket_id) from standing s), '[]'::jsonb) as standings,
       coalesce((select jsonb_agg(to_jsonb(p) order by p.position, p.policy_id, p.version) from policies p), '[]'::jsonb) as policies,
       coalesce((select jsonb_agg(to_jsonb(c) order by c.calendar_id, c.version) from calendars c), '[]'::jsonb) as calendars
