{{ config(incremental_strategy='append') }}

{% set window = window_of_batches() %}
select event_id, occurred_at, action, entity_type, entity_id, old_values, new_values, _batch
from {{ ref('stg_events') }}
where _batch > {{ window.since }} and _batch <= {{ window.upto }} and entity_type in ('user', 'team')
  and action <> 'user.registered' and not (action = 'user.created' and new_values ->> 'role' = 'customer')
