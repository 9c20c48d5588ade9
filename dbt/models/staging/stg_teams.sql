select id as team_id, name, is_active, created_at
from {{ source('raw', 'teams') }}
