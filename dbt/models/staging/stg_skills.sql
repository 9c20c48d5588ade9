select id as skill_id, name
from {{ source('raw', 'skills') }}
