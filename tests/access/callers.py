"""The callers of the matrix, and how each says who it is."""

import httpx
import psycopg

from api.auth.passwords import hash_password
from tests.worlds import World

PASSWORD = "correct horse battery"

CALLERS = (
    "anonymous",
    "owner",
    "other",
    "agent",
    "outsider",
    "lead",
    "admin",
    "reading_token",
    "signed_out",
    "deactivated",
)
"""`owner` is the customer the ticket is about, `other` another customer; `agent` and `lead` are of its team, `outsider`
is of another one under `restrict_to_team`; `reading_token` is the admin's API token with the scope `ticket:read` alone."""

_PEOPLE = {
    "owner": "customer",
    "other": "other_customer",
    "colleague": "colleague",
    "agent": "agent",
    "outsider": "outsider",
    "lead": "lead",
    "admin": "admin",
}

COLLEAGUE = {
    "get_ticket": "+",
    "export_ticket_pdf": "+",
    "get_sla_receipt": "+",
    "get_presence": "+",
    "list_comments": "+",
    "list_attachments": "+",
    "get_attachment": "+",
    "get_attachment_preview": "+",
    "list_drafts": "+",
    "save_draft": "+",
    "drop_draft": "+",
    "watch_ticket": "+",
    "unwatch_ticket": "+",
    "mute_ticket": "+",
    "unmute_ticket": "+",
    "change_status": "3",
    "add_comment": "3",
    "edit_comment": "3",
    "add_attachments": "3",
    "remove_attachment": "3",
    "rate_ticket": "3",
}
"""What a customer of the owner's organisation, which shares its tickets, gets where it is not what `other` gets: they
read, and change nothing: a draft is nobody else's."""


def give_passwords(owner_url: str, world: World) -> None:
    """Let everybody sign in; two customers more, one to sign out and one to deactivate; and hold agents to their teams."""
    with psycopg.connect(owner_url) as conn:
        conn.execute(
            "insert into users (email, name, role, created_at, updated_at) values "
            "('signed_out@example.com', 'Out', 'admin', %(now)s, %(now)s), "
            "('deactivated@example.com', 'Off', 'admin', %(now)s, %(now)s), "
            "('colleague@example.com', 'Colleague', 'customer', %(now)s, %(now)s)",
            {"now": world.now},
        )
        conn.execute("insert into organisations (name, is_shared, created_at) values ('Acme', true, %s)", [world.now])
        conn.execute(
            "update users set organisation_id = o.id, is_organisation_confirmed = true from organisations o "
            "where email in ('customer@example.com', 'colleague@example.com')"
        )
        conn.execute("update users set password_hash = %s", [hash_password(PASSWORD)])
        conn.execute(
            "insert into installation_settings (name, value, updated_at) values ('restrict_to_team', 'true', %(now)s), "
            "('organisation_visibility', 'true', %(now)s)",
            {"now": world.now},
        )


async def sign_in(client: httpx.AsyncClient, name: str) -> dict[str, str]:
    """The header that makes a request one of `name`@example.com."""
    answer = await client.post("/api/auth/login", json={"email": f"{name}@example.com", "password": PASSWORD})
    assert answer.status_code in (200, 201), answer.text
    return {"Authorization": f"Bearer {answer.json()['token']}"}


async def headers_of_all(client: httpx.AsyncClient, owner_url: str) -> dict[str, dict[str, str]]:
    """Header by caller."""
    headers = {caller: await sign_in(client, person) for caller, person in _PEOPLE.items()}
    headers["anonymous"] = {}
    made = await client.post(
        "/api/auth/tokens", json={"name": "reader", "scopes": ["ticket:read"]}, headers=headers["admin"]
    )
    assert made.status_code == 201, made.text
    headers["reading_token"] = {"Authorization": f"Bearer {made.json()['token']}"}
    headers["signed_out"] = await sign_in(client, "signed_out")
    assert (await client.post("/api/auth/logout", headers=headers["signed_out"])).status_code < 300
    headers["deactivated"] = await sign_in(client, "deactivated")
    with psycopg.connect(owner_url) as conn:
        conn.execute("update users set is_active = false where email = 'deactivated@example.com'")
    return headers
