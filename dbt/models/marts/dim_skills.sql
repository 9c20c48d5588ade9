select * from {{ ref('int_skills') }}
