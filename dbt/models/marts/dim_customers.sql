{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='customer_id') }}

{% set window = window_of_batches() %}

with seen as (
    select customer_id, min(seen_at) as first_seen_at
    from {{ ref('int_customer_sightings') }}
    where _batch > {{ window.since }} and _batch <= {{ window.upto }}
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
