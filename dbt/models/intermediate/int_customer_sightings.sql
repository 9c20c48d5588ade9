{{ config(materialized='view') }}

select case when entity_type = 'ticket' then (new_values ->> 'customer_id')::bigint else entity_id end as customer_id,
       occurred_at as seen_at, _batch
from {{ ref('stg_events') }}
where entity_type = 'ticket' and new_values ? 'customer_id' and new_values ->> 'customer_id' is not null
   or action = 'user.registered'
   or action = 'user.created' and new_values ->> 'role' = 'customer'
