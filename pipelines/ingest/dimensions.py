"""The product's present people, teams, skills, categories, policies, calendars and settings: made equal as a whole.

Names of customers stay behind. Policies and calendars come with all their versions, since events name old ones.
"""

from psycopg import sql

from api.installation.rules import InstallationSettings
from pipelines.warehouse import Connection, columns_of

_SOURCES = {
    "users": """
        select id, case when role <> 'customer' then name end as name, role, is_active, availability, capacity, created_at,
               organisation_id
        from users""",
    "organisations": "select id, name, is_active from organisations",
    "teams": "select id, name, is_active, created_at from teams",
    "team_members": "select team_id, user_id, role from team_members",
    "skills": "select id, name from skills",
    "categories": "select id, name, parent_id, skill_id, team_id from categories",
    "root_causes": "select id, name, parent_id, is_active from root_causes",
    "sla_policies": """
        select v.id, v.sla_policy_id as policy_id, p.name, v.version, v.valid_from, v.conditions, v.targets, v.pauses_on,
               v.calendar_id
        from sla_policy_versions v join sla_policies p on p.id = v.sla_policy_id""",
    "calendars": """
        select v.id, v.calendar_id, c.name, v.version, v.valid_from, v.time_zone, v.weekly_hours, v.holidays
        from calendar_versions v join calendars c on c.id = v.calendar_id""",
}
"""Table of `raw` → the statement that fills it; its columns come in the table's order."""

SNAPSHOTS = {
    "users": "One row per user. Customers have no name here.",
    "organisations": "One row per organisation that customers belong to.",
    "teams": "One row per team.",
    "team_members": "One row per team and member.",
    "skills": "One row per skill.",
    "categories": "One row per category.",
    "root_causes": "One row per root cause.",
    "sla_policies": "One row per version of a policy.",
    "calendars": "One row per version of a calendar.",
    "installation": "One row: the settings an administrator may change.",
}
"""Table of `raw` → its grain."""

_KEYS = {"team_members": ("team_id", "user_id")}
"""Keys of the tables that have no `id`."""

_INSTALLATION = (
    "time_zone",
    "at_risk_share",
    "reopen_window_seconds",
    "auto_close_after_seconds",
    "default_locale",
    "branding_name",
)


def replace_dimensions(
    product: Connection, warehouse: Connection, installation: InstallationSettings
) -> dict[str, int]:
    """Replace every snapshot in one transaction, read in one; returns rows by table."""
    counts: dict[str, int] = {}
    with warehouse.transaction(), product.transaction():
        warehouse.execute("select pg_advisory_xact_lock(hashtext('replace_dimensions'))")
        for name, query in _SOURCES.items():
            counts[name] = _replace(product, warehouse, name, query)
        warehouse.execute("delete from raw.installation")
        counts["installation"] = 1
        values = [getattr(installation, name) for name in _INSTALLATION]
        marks = sql.SQL(", ").join(sql.Placeholder() for _ in values)
        names = sql.SQL(", ").join(map(sql.Identifier, _INSTALLATION))
        warehouse.execute(sql.SQL("insert into raw.installation ({}) values ({})").format(names, marks), values)
    return counts


def _replace(product: Connection, warehouse: Connection, name: str, query: str) -> int:
    """Make `raw.<name>` equal to the query's rows, touching only those that differ; returns how many there are."""
    table, new = sql.Identifier("raw", name), sql.Identifier(f"new_{name}")
    warehouse.execute(sql.SQL("create temp table {} (like {}) on commit drop").format(new, table))
    into = warehouse.cursor()
    with (
        product.cursor().copy(f"copy ({query}) to stdout (format binary)".encode()) as source,
        into.copy(sql.SQL("copy {} from stdin (format binary)").format(new)) as target,
    ):
        for block in source:
            target.write(block)
    keys = _KEYS.get(name, ("id",))
    names = [column for column, _ in columns_of(warehouse, f"select * from raw.{name}")]
    warehouse.execute(
        sql.SQL(
            "merge into {} t using {} s on {} when matched and t.* is distinct from s.* then update set {} "
            "when not matched then insert values ({}) when not matched by source then delete"
        ).format(
            table,
            new,
            sql.SQL(" and ").join(sql.SQL("t.{0} = s.{0}").format(sql.Identifier(key)) for key in keys),
            sql.SQL(", ").join(sql.SQL("{0} = s.{0}").format(sql.Identifier(column)) for column in names),
            sql.SQL(", ").join(sql.SQL("s.{}").format(sql.Identifier(column)) for column in names),
        )
    )
    return into.rowcount
