select id as user_id, name, role, is_active, availability, capacity, created_at, organisation_id
from {{ source('raw', 'users') }}
