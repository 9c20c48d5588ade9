{{ config(materialized='ephemeral') }}

select skill_id, name from {{ ref('stg_skills') }}
