{{ config(materialized='view') }}

with changes as (
    select entity_id as team_id, occurred_at, event_id, new_values as change
    from {{ ref('int_directory_changes') }} where action in ('team.created', 'team.updated')
), started as (
    select team_id, created_at as occurred_at, 0 as event_id,
           jsonb_build_object('name', name, 'is_active', is_active) as change
    from {{ ref('stg_teams') }} t
    where not exists (select from changes c where c.team_id = t.team_id and c.change ? 'name')
), folded as (
    select team_id, occurred_at, event_id, intermediate.fold(change) over (partition by team_id order by occurred_at, event_id) as state
    from (select * from changes union all select * from started) c
    where change is not null
), instants as (
    select distinct on (team_id, occurred_at) team_id, occurred_at, state ->> 'name' as name,
           coalesce((state ->> 'is_active')::boolean, true) as is_active
    from folded order by team_id, occurred_at, event_id desc
), changed as (
    select *, row_number() over life = 1 or row(name, is_active) is distinct from lag(row(name, is_active)) over life as is_change
    from instants
    window life as (partition by team_id order by occurred_at)
)
select team_id, (row_number() over life)::integer as version, name, is_active, occurred_at as valid_from,
       lead(occurred_at) over life as valid_to, lead(occurred_at) over life is null as is_current
from changed
where is_change
window life as (partition by team_id order by occurred_at)
