{{ config(materialized='incremental', incremental_strategy='by_ticket', meta={'touched_by': 'event_or_clock'},
          indexes=[{'columns': ['created_day']}, {'columns': ['first_response_at']}, {'columns': ['_batch']}]) }}

with states as (
    select *, changed_at as valid_from, lead(changed_at) over life as valid_to,
           lag(status) over life as previous_status, lag(assigned_agent_id) over life as previous_agent_id,
           row_number() over (partition by ticket_id order by event_id desc) = 1 as is_last
    from {{ ref('int_ticket_states') }}
    where true {{ and_touched() }}
    window life as (partition by ticket_id order by event_id)
), from_states as (
    select ticket_id, min(changed_at) as created_at,
           {{ stretch_seconds(['open', 'assigned', 'in_progress', 'escalated']) }} as requester_wait_seconds,
           {{ stretch_seconds(['open', 'assigned', 'in_progress', 'escalated'], 'assigned_agent_id is not null') }}
               as agent_work_seconds,
           {{ stretch_seconds(['pending']) }} as on_hold_seconds,
           (count(*) filter (where {{ is_done('previous_status') }} and not {{ is_done('status') }}))::integer as reopens,
           (count(*) filter (where previous_agent_id <> assigned_agent_id))::integer as reassignments
    from states
    group by ticket_id
), from_touches as (
    select ticket_id, count(*)::integer as touches
    from {{ ref('int_agent_touches') }}
    where true {{ and_touched() }}
    group by ticket_id
), from_turns as (
    select ticket_id, max(_batch) as _batch, count(*) filter (where turn = 'agent')::integer as turns,
           coalesce(sum({{ seconds_between('valid_from', 'valid_to') }}) filter (where turn = 'agent'), 0)::bigint as agent_turn_seconds,
           coalesce(sum({{ seconds_between('valid_from', 'valid_to') }}) filter (where turn = 'customer'), 0)::bigint as customer_turn_seconds
    from {{ ref('int_ticket_turns') }}
    where true {{ and_touched() }}
    group by ticket_id
), from_time as (
    select ticket_id, sum(duration_seconds)::bigint as logged_seconds,
           coalesce(sum(duration_seconds) filter (where is_billable), 0)::bigint as billable_seconds
    from {{ ref('fct_time_entries') }}
    where true {{ and_touched() }}
    group by ticket_id
), from_clocks as (
    select ticket_id, max(_batch) as _batch,
           {{ outcome_of("target = 'first_response'") }} as first_response_sla,
           {{ outcome_of("target = 'next_response'") }} as next_response_sla,
           {{ outcome_of("target = 'periodic_update'") }} as periodic_update_sla,
           {{ outcome_of("target = 'resolution'") }} as resolution_sla,
           bool_or(state = 'breached' and target not like 'escalation%') as is_sla_breached,
           (array_agg(elapsed_seconds order by cycle desc)
               filter (where target = 'first_response' and met_at is not null))[1] as first_response_seconds,
           (array_agg(case when met_at is not null then elapsed_seconds end order by cycle desc)
               filter (where target = 'resolution'))[1] as resolution_seconds
    from {{ ref('fct_sla_clocks') }}
    where true {{ and_touched() }}
    group by ticket_id
)
select s.ticket_id, e.number, e.customer_id, e.source, s.priority, s.status, not {{ is_done('s.status') }} as is_open,
       s.category_id, s.skill_id, s.team_id, s.assigned_agent_id, s.escalation_level,
       f.created_at, {{ local_day('f.created_at') }} as created_day,
       s.resolved_at, {{ local_day('s.resolved_at') }} as resolved_day,
       s.closed_at, {{ local_day('s.closed_at') }} as closed_day, e.last_event_at,
       e.first_response_at, e.first_response_by,
       {{ seconds_between('f.created_at', 'e.first_response_at') }} as first_response_seconds_calendar,
       c.first_response_seconds as first_response_seconds_business,
       {{ seconds_between('f.created_at', 's.resolved_at') }} as resolution_seconds_calendar,
       case when s.resolved_at is not null then c.resolution_seconds end as resolution_seconds_business,
       f.requester_wait_seconds, f.agent_work_seconds, f.on_hold_seconds,
       f.reopens, f.reassignments, e.escalations, coalesce(t.touches, 0) as touches,
       e.public_replies, e.internal_notes, e.customer_comments,
       case when s.resolved_at is not null then e.public_replies <= 1 and f.reopens = 0 end as is_one_touch,
       c.first_response_sla, c.next_response_sla, c.periodic_update_sla, c.resolution_sla,
       coalesce(c.is_sla_breached, false) as is_sla_breached,
       u.turns, u.agent_turn_seconds, u.customer_turn_seconds, r.score as csat_score, coalesce(l.logged_seconds, 0) as logged_seconds,
       coalesce(l.billable_seconds, 0) as billable_seconds,
       s.outcome, s.root_cause_id, s.remedy, s.remedy_amount, s.remedy_currency,
       case e.made_sla when 'true' then true when 'false' then false end as made_sla,
       greatest(e._batch, c._batch) as _batch
from states s
join from_states f using (ticket_id)
join {{ ref('int_ticket_totals') }} e using (ticket_id)
join from_turns u using (ticket_id)
left join from_touches t using (ticket_id)
left join from_time l using (ticket_id)
left join {{ ref('fct_csat') }} r using (ticket_id)
left join from_clocks c using (ticket_id)
where s.is_last
