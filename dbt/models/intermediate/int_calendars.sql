{{ config(materialized='view') }}

select calendar_version_id, calendar_id, version::integer as version, name, valid_from,
       lead(valid_from) over (partition by calendar_id order by version) as valid_to, time_zone,
       weekly_hours::text as weekly_hours, holidays::text as holidays
from {{ ref('stg_calendars') }}
