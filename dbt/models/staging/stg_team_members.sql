select team_id, user_id, role as team_role
from {{ source('raw', 'team_members') }}
