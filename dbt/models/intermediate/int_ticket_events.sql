{{ config(materialized='view') }}

select event_id, ticket_id, occurred_at, action, entity_type, entity_id, actor_id, actor_kind, old_values, new_values, _batch
from {{ ref('stg_events') }}
where ticket_id is not null
