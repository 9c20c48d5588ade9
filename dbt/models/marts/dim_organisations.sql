select * from {{ ref('int_organisations') }}
