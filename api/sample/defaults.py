"""The policies every installation starts with."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import psycopg

from api.sla.rules.policy import DEFAULT_POLICIES, PolicyTerms

VALID_FROM = datetime(1970, 1, 1, tzinfo=UTC)
"""Early enough for any history that is imported."""


def ensure_defaults(conn: psycopg.Connection[Any]) -> None:
    """Insert the four default policies, with their events, unless there are policies. The caller commits."""
    conn.execute("select pg_advisory_xact_lock(hashtext('ensure_defaults'))")
    if conn.execute("select 1 from sla_policies limit 1").fetchone():
        return
    for position, terms in enumerate(DEFAULT_POLICIES, start=1):
        _insert(conn, position, terms)


def _insert(conn: psycopg.Connection[Any], position: int, terms: PolicyTerms) -> None:
    fields = msgspec.to_builtins(terms)
    conn.execute(
        """
        with policy as (
            insert into sla_policies (name, position, created_at) values (%(name)s, %(position)s, %(at)s) returning id
        ), version as (
            insert into sla_policy_versions (sla_policy_id, version, valid_from, conditions, targets, pauses_on)
            select id, 1, %(at)s, %(conditions)s, %(targets)s, %(pauses_on)s from policy
            returning id, sla_policy_id
        )
        insert into audit_logs (occurred_at, action, entity_type, entity_id, actor_kind, new_values, visibility)
        select %(at)s, 'sla_policy.created', 'sla_policy', sla_policy_id, 'system',
               %(fields)s::jsonb || jsonb_build_object('version_id', id, 'version', 1, 'position', %(position)s::int), 'internal'
        from version
        """,
        {
            "name": terms.name,
            "position": position,
            "at": VALID_FROM,
            "conditions": msgspec.json.encode(fields["conditions"]).decode(),
            "targets": msgspec.json.encode(fields["targets"]).decode(),
            "pauses_on": msgspec.json.encode(fields["pauses_on"]).decode(),
            "fields": msgspec.json.encode(fields).decode(),
        },
    )
