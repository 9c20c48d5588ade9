{{ config(materialized='incremental', incremental_strategy='by_stale_group') }}

select c.due_day as day, '{{ time_zone() }}'::text as time_zone, c.target, c.priority, c.team_id, count(*) as due,
       count(*) filter (where c.state = 'met') as met, count(*) filter (where c.state = 'breached') as breached,
       count(*) filter (where c.state in ('open', 'paused')) as still_open,
       (count(*) filter (where c.state = 'met'))::double precision
           / nullif(count(*) filter (where c.state in ('met', 'breached')), 0) as compliance
from {{ ref('fct_sla_clocks') }} c
{% if is_incremental() %}
join (select distinct day, target, priority, team_id from intermediate.stale_sla_groups) g
  on g.day = c.due_day and g.target = c.target and g.priority = c.priority and g.team_id is not distinct from c.team_id
{% endif %}
where c.due_day is not null
group by c.due_day, c.target, c.priority, c.team_id
