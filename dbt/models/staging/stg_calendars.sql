select id as calendar_version_id, calendar_id, name, version, valid_from, time_zone, weekly_hours, holidays
from {{ source('raw', 'calendars') }}
