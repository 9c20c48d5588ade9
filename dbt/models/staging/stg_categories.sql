select id as category_id, name, parent_id, skill_id, team_id
from {{ source('raw', 'categories') }}
