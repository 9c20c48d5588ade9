{{ config(meta={'touched_by': 'event'}, indexes=[{'columns': ['ticket_id', 'period_number'], 'unique': true}]) }}

{# What words or moves said whose the next word is; a ticket that is done waits for nobody, whatever is said on it. #}
{% set turns %}(
    select ticket_id, event_id, max(occurred_at) over life as changed_at, max(_batch) over (partition by ticket_id) as _batch,
           case when status in ('resolved', 'closed') then 'nobody' else side end as turn
    from (
        select *, first_value(moved_to) over (partition by ticket_id, moves order by event_id) as status
        from (
            select ticket_id, event_id, occurred_at, _batch, moved_to,
                   case when action = 'comment.added' then case when (new_values ->> 'is_by_staff')::boolean then 'customer' else 'agent' end
                        when moved_to = 'pending' then 'customer'
                        when action = 'ticket.created' or old_values ->> 'status' in ('pending', 'resolved', 'closed') then 'agent'
                        when moved_to in ('resolved', 'closed') then 'nobody' end as side,
                   count(moved_to) over (partition by ticket_id order by event_id) as moves
            from (
                select *, case when entity_type = 'ticket' then new_values ->> 'status' end as moved_to
                from {{ ref('int_ticket_events') }}
                where _batch <= {{ window_of_batches().upto }} {{ and_touched() }}
            ) e
            where moved_to is not null or action = 'comment.added' and not (new_values ->> 'is_internal')::boolean
        ) signs
    ) signs
    where side is not null
    window life as (partition by ticket_id order by event_id)
) turns{% endset %}
{{ periods_of(['turn'], [], turns) }}
