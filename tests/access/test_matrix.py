"""Every operation × every caller, against one table that a person can read."""

import re
from typing import Any

import httpx
import pytest

from tests.access.callers import CALLERS, give_passwords, headers_of_all
from tests.access.table import TABLE
from tests.worlds import World

EXPECTED = {"+": range(200, 400), "1": (401,), "3": (403,), "4": (404,)}


@pytest.mark.timeout(600)
async def test_everybody_may_do_what_the_table_says_and_nothing_else(
    client: httpx.AsyncClient, world: World, owner_url: str
) -> None:
    give_passwords(owner_url, world)
    headers = await headers_of_all(client, owner_url)
    wrong: list[str] = []
    for operation, row in TABLE.items():
        for caller, code in zip(CALLERS, row.codes.split(), strict=True):
            ids = await make_ids(client, headers, world)
            path = row.path.format(**ids)
            answer = await client.request(row.method, path, json=filled(row.body, ids), headers=headers[caller])
            if answer.status_code not in EXPECTED[code]:
                wrong.append(f"{operation} by {caller}: {answer.status_code}, not {code}: {answer.text[:200]}")
    assert not wrong, "\n".join(wrong)


async def test_every_operation_has_its_row(client: httpx.AsyncClient) -> None:
    schema = (await client.get("/schema/openapi.json")).json()
    operations = {
        operation["operationId"]
        for path in schema["paths"].values()
        for method, operation in path.items()
        if method in ("get", "post", "put", "patch", "delete")
    }
    assert operations == set(TABLE)


async def make_ids(client: httpx.AsyncClient, headers: dict[str, dict[str, str]], world: World) -> dict[str, Any]:
    """A fresh ticket of the owner in the team, with a comment and a notification, beside what is there anyway."""
    complaint = {"subject": "Router", "description": "Drops", "category_id": world.category}
    ticket = (await client.post("/api/tickets", json=complaint, headers=headers["owner"])).json()
    said = await client.post(
        f"/api/tickets/{ticket['id']}/comments", json={"comment": "Hello"}, headers=headers["owner"]
    )
    second = (await client.post("/api/tickets", json=complaint, headers=headers["owner"])).json()
    return {name: getattr(world, name) for name in world.__struct_fields__} | {
        "ticket": ticket["id"],
        "ticket2": str(second["id"]),
        "version": ticket["version"],
        "comment": said.json()["id"],
        "unique": ticket["number"].lower(),
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
