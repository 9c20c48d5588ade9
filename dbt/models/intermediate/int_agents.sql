{{ config(materialized='view') }}

-- The log's events about a person and their memberships fold into one state per instant. Who or what was there before
-- the log knew of it begins with the present record.
with changes as (
    select entity_id as agent_id, occurred_at, event_id, new_values as change
    from {{ ref('int_directory_changes') }} where entity_type = 'user'
    union all
    select coalesce(new_values ->> 'user_id', old_values ->> 'user_id')::bigint, occurred_at, event_id,
           jsonb_build_object('team:' || coalesce(new_values ->> 'team_id', old_values ->> 'team_id', entity_id::text),
                              case when action = 'team.member_added' then coalesce(new_values ->> 'role', 'member') end)
    from {{ ref('int_directory_changes') }} where action in ('team.member_added', 'team.member_removed')
), started as (
    select user_id as agent_id, created_at as occurred_at, 0 as event_id,
           jsonb_build_object('role', role, 'is_active', is_active, 'capacity', capacity) as change
    from {{ ref('stg_users') }} u
    where role <> 'customer'
      and not exists (select from changes c where c.agent_id = u.user_id and c.change ? 'role')
    union all
    select user_id, u.created_at, 0, jsonb_build_object('team:' || m.team_id, m.team_role)
    from {{ ref('stg_team_members') }} m
    join {{ ref('stg_users') }} u using (user_id)
    where u.role <> 'customer'
      and not exists (select from changes c where c.agent_id = m.user_id and c.change ? ('team:' || m.team_id))
), folded as (
    select agent_id, occurred_at, event_id, intermediate.fold(change) over (partition by agent_id order by occurred_at, event_id) as state
    from (select * from changes union all select * from started) c
    where agent_id is not null and change is not null
), instants as (
    select distinct on (agent_id, occurred_at) * from folded order by agent_id, occurred_at, event_id desc
), profiles as (
    select agent_id, occurred_at, state ->> 'role' as role, coalesce((state ->> 'is_active')::boolean, true) as is_active,
           (state ->> 'capacity')::integer as capacity,
           array(select substr(key, 6)::bigint from jsonb_each_text(state)
                 where key like 'team:%' and value is not null order by 1) as team_ids,
           array(select substr(key, 6)::bigint from jsonb_each_text(state)
                 where key like 'team:%' and value = 'lead' order by 1) as lead_team_ids
    from instants
), changed as (
    select *, row_number() over life = 1 or row(role, is_active, capacity, team_ids, lead_team_ids)
              is distinct from lag(row(role, is_active, capacity, team_ids, lead_team_ids)) over life as is_change
    from profiles
    window life as (partition by agent_id order by occurred_at)
), versions as (
    select *, lead(occurred_at) over (partition by agent_id order by occurred_at) as valid_to
    from changed where is_change
)
select agent_id, (row_number() over (partition by agent_id order by occurred_at))::integer as version, u.name, v.role,
       v.is_active, coalesce(v.capacity, u.capacity) as capacity, v.team_ids, v.lead_team_ids, occurred_at as valid_from, valid_to, valid_to is null as is_current
from versions v
left join {{ ref('stg_users') }} u on u.user_id = v.agent_id
where v.role in ('agent', 'admin')
