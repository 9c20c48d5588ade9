{{ config(indexes=[{'columns': ['ticket_id', 'period_number'], 'unique': true}, {'columns': ['valid_from']}]) }}

{{ periods_of(['team_id', 'assigned_agent_id'], ['priority', 'status', 'actor_id', 'how']) }}
