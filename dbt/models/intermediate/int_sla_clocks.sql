{{ config(materialized='view') }}

select c.*, {{ clock_state() }} as state, p.policy_id
from {{ ref('stg_sla_spans') }} c
left join {{ ref('stg_sla_policies') }} p using (policy_version_id)
