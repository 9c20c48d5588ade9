{{ config(materialized='view') }}

with recursive tree as (
    select category_id, name, name as path, parent_id, skill_id, team_id
    from {{ ref('stg_categories') }} where parent_id is null
    union all
    select c.category_id, c.name, t.path || ' / ' || c.name, c.parent_id, c.skill_id, c.team_id
    from {{ ref('stg_categories') }} c
    join tree t on t.category_id = c.parent_id
)
select category_id, name, path, parent_id, skill_id, team_id from tree
