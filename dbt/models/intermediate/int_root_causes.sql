{{ config(materialized='view') }}

with recursive tree as (
    select root_cause_id, name, name as path, parent_id, is_active from {{ ref('stg_root_causes') }} where parent_id is null
    union all
    select c.root_cause_id, c.name, t.path || ' / ' || c.name, c.parent_id, c.is_active
    from {{ ref('stg_root_causes') }} c
    join tree t on t.root_cause_id = c.parent_id
)
select root_cause_id, name, path, parent_id, is_active from tree
