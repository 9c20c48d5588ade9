{{ config(materialized='view') }}

select *, lead(valid_from) over (partition by calendar_id order by version) as valid_to
from {{ ref('stg_calendars') }}
