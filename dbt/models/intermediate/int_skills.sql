{{ config(materialized='view') }}

select skill_id, name from {{ ref('stg_skills') }}
