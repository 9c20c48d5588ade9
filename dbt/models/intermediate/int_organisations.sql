{{ config(materialized='view') }}

select organisation_id, name, is_active from {{ ref('stg_organisations') }}
