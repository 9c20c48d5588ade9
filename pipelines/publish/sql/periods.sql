-- Grain: one row: how many periods of tickets in batches after %(after)s there are, and how many do not tile.
with periods as (
    select 'status' as kind, ticket_id, period_number as place, valid_from, valid_to
    from marts.fct_status_periods where _batch > %(after)s
    union all
    select 'assignment', ticket_id, assignment_number, valid_from, valid_to
    from marts.fct_assignments where _batch > %(after)s
), beside as (
    select valid_from, valid_to, lead(valid_from) over life as next_from
    from periods window life as (partition by kind, ticket_id order by place)
)
select count(*), count(*) filter (where valid_to is distinct from next_from or valid_to < valid_from) from beside
