select id as organisation_id, name, is_active
from {{ source('raw', 'organisations') }}
