select id as calendar_version_id, calendar_id, name, version::integer as version, valid_from, time_zone,
       weekly_hours::text as weekly_hours, holidays::text as holidays
from {{ source('raw', 'calendars') }}
