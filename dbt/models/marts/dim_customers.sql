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
    union all
    -- An organisation is a present fact of the directory, not an event: who joined or left one is written again.
    select customer_id, k.first_seen_at
    from {{ this }} k join {{ ref('int_customers') }} c using (customer_id)
    where k.organisation_id is distinct from c.organisation_id and customer_id not in (select customer_id from seen)
)
{% endif %}
select customer_id, first_seen_at, {{ local_day('first_seen_at') }} as first_seen_day, c.organisation_id
from {{ 'known' if is_incremental() else 'seen' }}
left join {{ ref('int_customers') }} c using (customer_id)
