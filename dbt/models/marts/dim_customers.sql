{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='customer_id') }}

{% set window = window_of_batches() %}

with seen as (
    select case when entity_type = 'ticket' then (new_values ->> 'customer_id')::bigint else entity_id end as customer_id,
           min(occurred_at) as first_seen_at
    from {{ ref('stg_events') }}
    where _batch > {{ window.since }} and _batch <= {{ window.upto }}
      and (entity_type = 'ticket' and new_values ? 'customer_id'
           or action = 'user.registered' or action = 'user.created' and new_values ->> 'role' = 'customer')
    group by 1
)
{% if is_incremental() %}
, known as (
    select customer_id, least(s.first_seen_at, k.first_seen_at) as first_seen_at
    from seen s left join {{ this }} k using (customer_id)
)
{% endif %}
select customer_id, first_seen_at, {{ local_day('first_seen_at') }} as first_seen_day
from {{ 'known' if is_incremental() else 'seen' }}
where customer_id is not null
