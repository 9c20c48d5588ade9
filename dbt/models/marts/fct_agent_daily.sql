{{ config(materialized='incremental', incremental_strategy='by_day') }}

{% set first_day = first_stale_day() %}
{% set zone = time_zone() %}
{% set from_instant = "(" ~ first_day ~ "::timestamp at time zone '" ~ zone ~ "')" %}

with touches as (
    select {{ local_day('touched_at') }} as day, agent_id, sum(public_replies) as public_replies,
           count(*) as touches, count(distinct ticket_id) as tickets_touched
    from {{ ref('int_agent_touches') }}
    where touched_at >= {{ from_instant }}
    group by 1, 2
), assigned as (
    select {{ local_day('valid_from') }} as day, assigned_agent_id as agent_id, count(*) as assigned
    from {{ ref('int_ticket_assignment_periods') }}
    where valid_from >= {{ from_instant }} and assigned_agent_id is distinct from previous_assigned_agent_id
    group by 1, 2
), resolved as (
    select {{ local_day('valid_from') }} as day, assigned_agent_id as agent_id, count(*) as resolved
    from {{ ref('int_ticket_status_periods') }}
    where valid_from >= {{ from_instant }} and {{ is_done('status') }} and not coalesce({{ is_done('previous_status') }}, false)
    group by 1, 2
), answered as (
    select {{ local_day('first_response_at') }} as day, first_response_by as agent_id, count(*) as first_responses,
           count(*) filter (where first_response_sla = 'met') as in_time
    from {{ ref('fct_tickets') }}
    where first_response_at >= {{ from_instant }}
    group by 1, 2
), steps as (
    select agent_id, day, last_day, sum(step) as step
    from (
        select assigned_agent_id as agent_id, from_day as day, 1 as step
        from {{ ref('int_backlog_segments') }} where from_day >= {{ first_day }}
        union all
        select assigned_agent_id, to_day, -1
        from {{ ref('int_backlog_segments') }} where to_day >= {{ first_day }} and to_day < 'infinity'
        {% if is_incremental() %}
        union all
        select agent_id, {{ first_day }}, backlog_at_end from {{ this }} where day = {{ first_day }} - 1
        {% endif %}
    ) s, (select {{ local_day('max(changed_at)') }} as last_day from {{ ref('int_ticket_states') }}) span
    where agent_id is not null and day <= last_day
    group by agent_id, day, last_day
), levels as (
    select agent_id, day as from_day, coalesce(lead(day) over line - 1, last_day) as until_day, sum(step) over line as tickets
    from steps
    window line as (partition by agent_id order by day)
), backlog as (
    select d::date as day, agent_id, tickets
    from levels, generate_series(from_day::timestamp, until_day::timestamp, interval '1 day') d
    where tickets > 0
)
select day, agent_id, '{{ zone }}'::text as time_zone, coalesce(assigned, 0)::integer as assigned,
       coalesce(resolved, 0)::integer as resolved, coalesce(public_replies, 0)::integer as public_replies,
       coalesce(touches, 0)::integer as touches, coalesce(tickets_touched, 0)::integer as tickets_touched,
       coalesce(first_responses, 0)::integer as first_responses, coalesce(in_time, 0)::integer as first_responses_in_time,
       coalesce(tickets, 0)::integer as backlog_at_end
from touches
full join assigned using (day, agent_id)
full join resolved using (day, agent_id)
full join answered using (day, agent_id)
full join backlog using (day, agent_id)
where agent_id is not null
