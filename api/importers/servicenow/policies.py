"""The promises that imported incidents are measured by: one policy per priority, for customers tagged `servicenow`.

The log does not say what was promised, so the targets are ours: four hours and a day for the two higher priorities, as in
the policies of a new installation; four days and fifteen for the others, which is what best divides the log's own verdicts
(its limits until closing, less the five days for which resolved incidents stayed open there). An admin may change them.
"""

from typing import Any

import msgspec
import psycopg

from api.importers.servicenow.history import CUSTOMER_TAG
from api.sla.rules.policy import Conditions, PolicyTerms

_HOURS = {"critical": 4, "high": 24, "medium": 96, "low": 360}
POLICIES = tuple(
    PolicyTerms(
        name=f"ServiceNow import, {priority}",
        conditions=Conditions(priority=(priority,), customer_tag=(CUSTOMER_TAG,)),
        targets={"resolution": hours * 3600},
    )
    for priority, hours in _HOURS.items()
)
CLOSING_LIMITS = {"critical": 24 * 3600, "high": 24 * 3600, "medium": 216 * 3600, "low": 480 * 3600}
"""Seconds from opening to closing beyond which the log's `made_sla` says missed: found by trying, right for some 99 of 100."""


def ensure_policies(conn: psycopg.Connection[Any]) -> None:
    """Insert the policies, before all others, with their events, unless they are there. The caller commits."""
    for position, terms in enumerate(POLICIES, start=1 - len(POLICIES)):
        fields = msgspec.to_builtins(terms)
        conn.execute(
            """
            with policy as (
                insert into sla_policies (name, position, created_at)
                select %(name)s, (select coalesce(min(position), 1) from sla_policies where name <> all(%(names)s)) - 1 + %(position)s,
                       'epoch'
                on conflict (name) do nothing returning id, position
            ), version as (
                insert into sla_policy_versions (sla_policy_id, version, valid_from, conditions, targets, pauses_on)
                select id, 1, 'epoch', %(conditions)s, %(targets)s, %(pauses_on)s from policy
                returning id, sla_policy_id
            )
            insert into audit_logs (occurred_at, action, entity_type, entity_id, actor_kind, new_values, visibility)
            select 'epoch', 'sla_policy.created', 'sla_policy', v.sla_policy_id, 'system',
                   %(fields)s::jsonb || jsonb_build_object('version_id', v.id, 'version', 1, 'position', p.position), 'internal'
            from version v join policy p on p.id = v.sla_policy_id
            """,
            {
                "name": terms.name,
                "names": [policy.name for policy in POLICIES],
                "position": position,
                "conditions": msgspec.json.encode(fields["conditions"]).decode(),
                "targets": msgspec.json.encode(fields["targets"]).decode(),
                "pauses_on": msgspec.json.encode(fields["pauses_on"]).decode(),
                "fields": msgspec.json.encode(fields).decode(),
            },
        )
