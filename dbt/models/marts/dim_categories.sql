select * from {{ ref('int_categories') }}
