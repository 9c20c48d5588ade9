{{ config(materialized='view') }}

select user_id as customer_id, organisation_id from {{ ref('stg_users') }} where role = 'customer'
