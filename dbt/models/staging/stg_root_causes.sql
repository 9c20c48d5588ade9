select id as root_cause_id, name, parent_id, is_active
from {{ source('raw', 'root_causes') }}
