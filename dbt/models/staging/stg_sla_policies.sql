select id as policy_version_id, policy_id, name, version, valid_from, conditions, targets, pauses_on, calendar_id
from {{ source('raw', 'sla_policies') }}
