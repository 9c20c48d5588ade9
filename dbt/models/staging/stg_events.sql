select tx, id as event_id, occurred_at, action, entity_type, entity_id, ticket_id, actor_id, actor_kind, old_values,
       new_values, visibility, _batch, _ingested_at
from {{ source('raw', 'events') }}
