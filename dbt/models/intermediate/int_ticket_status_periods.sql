{{ config(indexes=[{'columns': ['ticket_id', 'period_number'], 'unique': true}, {'columns': ['valid_from']}]) }}

{{ periods_of(['status'], ['priority', 'team_id', 'assigned_agent_id', 'actor_id', 'reason']) }}
