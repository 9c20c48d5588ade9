"""Every operation × every caller, against one table that a person can read."""

import re
from typing import Any

import httpx
import pytest

from tests.access.callers import CALLERS, COLLEAGUE, give_passwords, headers_of_all
from tests.access.table import OPEN_MONDAYS, TABLE
from tests.access.table_conversation import CONVERSATION
from tests.access.table_mail import MAIL
from tests.access.table_people import LEAVING, PEOPLE
from tests.access.table_workflows import WORKFLOWS
from tests.api.attachments.files import picture
from tests.worlds import World

ROWS = TABLE | CONVERSATION | MAIL | PEOPLE | WORKFLOWS | LEAVING
EXPECTED = {"+": range(200, 400), "1": (401,), "2": (422,), "3": (403,), "4": (404,), "9": (409,)}


@pytest.mark.timeout(600)
async def test_everybody_may_do_what_the_table_says_and_nothing_else(
    client: httpx.AsyncClient, world: World, owner_url: str
) -> None:
    give_passwords(owner_url, world)
    headers = await headers_of_all(client, owner_url)
    wrong: list[str] = []
    ids = await make_ids(client, headers, world)
    for operation, row in ROWS.items():
        codes = dict(zip(CALLERS, row.codes.split(), strict=True))
        for caller, code in {"colleague": COLLEAGUE.get(operation, codes["other"]), **codes}.items():
            path = row.path.format(**ids)
            answer = await client.request(
                row.method, path, json=filled(row.body, ids), files=row.files, headers=headers[caller]
            )
            if answer.status_code not in EXPECTED[code]:
                wrong.append(f"{operation} by {caller}: {answer.status_code}, not {code}: {answer.text[:200]}")
            if answer.is_success and row.method != "GET" and operation not in LEAVING:
                ids = await make_ids(client, headers, world)
    assert not wrong, "\n".join(wrong)


async def test_every_operation_has_its_row(client: httpx.AsyncClient) -> None:
    schema = (await client.get("/schema/openapi.json")).json()
    operations = {
        operation["operationId"]
        for path in schema["paths"].values()
        for method, operation in path.items()
        if method in ("get", "post", "put", "patch", "delete")
    }
    assert operations == set(ROWS)


async def make_ids(client: httpx.AsyncClient, headers: dict[str, dict[str, str]], world: World) -> dict[str, Any]:
    """A fresh ticket of the owner in the team, with a comment and a notification, beside what is there anyway."""
    complaint = {"subject": "Router", "description": "Drops", "category_id": world.category}
    ticket = (await client.post("/api/tickets", json=complaint, headers=headers["owner"])).json()
    said = await client.post(
        f"/api/tickets/{ticket['id']}/comments", json={"comment": "Hello"}, headers=headers["owner"]
    )
    done = (await client.post("/api/tickets", json=complaint, headers=headers["owner"])).json()
    await client.patch(f"/api/tickets/{done['id']}/status", json={"status": "resolved"}, headers=headers["owner"])
    second = (await client.post("/api/tickets", json=complaint, headers=headers["owner"])).json()
    hours = {"name": f"Hours of {ticket['number']}", **OPEN_MONDAYS}
    calendar = (await client.post("/api/calendars", json=hours, headers=headers["admin"])).json()
    policies = (await client.get("/api/sla-policies", headers=headers["admin"])).json()["policies"]
    organisations = (await client.get("/api/organisations", headers=headers["admin"])).json()["organisations"]
    sent = await client.post(
        f"/api/tickets/{ticket['id']}/attachments",
        files=[("files", ("a.txt", b"Hello")), ("files", ("a.png", picture(size=(9, 9))))],
        headers=headers["owner"],
    )
    text, image = (file["key"] for file in sent.json()["attachments"])
    words = {"title": "Hello", "body": "Dear {{ customer.name }}", "scope": "global"}
    canned = (await client.post("/api/canned-responses", json=words, headers=headers["admin"])).json()
    time = await client.post(
        f"/api/tickets/{ticket['id']}/time-entries", json={"duration": "5m"}, headers=headers["admin"]
    )
    return {name: getattr(world, name) for name in world.__struct_fields__} | {
        "ticket": ticket["id"],
        "policy": policies[0]["id"],
        "calendar": calendar["id"],
        "ticket2": str(second["id"]),
        "done": done["id"],
        "version": ticket["version"],
        "comment": said.json()["id"],
        "canned": canned["id"],
        "time": time.json()["id"],
        "attachment": text,
        "picture": image,
        "unique": ticket["number"].lower(),
        "organisation": organisations[0]["id"],
        "field_key": ticket["number"].lower().replace("-", "_"),
    }


def filled(body: Any, ids: dict[str, Any]) -> Any:
    """The body with `{name}` replaced; a value that is nothing but `{name}` becomes the id itself."""
    if isinstance(body, dict):
        return {key: filled(value, ids) for key, value in body.items()}
    if isinstance(body, list):
        return [filled(value, ids) for value in body]
    if isinstance(body, str):
        whole = re.fullmatch(r"\{(\w+)\}", body)
        return ids[whole[1]] if whole else body.format(**ids)
    return body
