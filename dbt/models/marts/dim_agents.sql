select * from {{ ref('int_agents') }}
