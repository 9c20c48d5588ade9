select * from {{ ref('int_calendars') }}
