select * from {{ ref('int_root_causes') }}
