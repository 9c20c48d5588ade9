{{ config(indexes=[{'columns': ['ticket_id', 'period_number'], 'unique': true}, {'columns': ['valid_from']}]) }}

{{ periods_of(['priority'], ['status', 'actor_id']) }}
