"""Every operation × every caller, against one table that a person can read."""

import httpx
import pytest

from tests.access.callers import CALLERS, COLLEAGUE, give_passwords, headers_of_all
from tests.access.table import TABLE
from tests.access.table_conversation import CONVERSATION
from tests.access.table_mail import MAIL
from tests.access.table_people import LEAVING, PEOPLE
from tests.access.table_workflows import WORKFLOWS
from tests.access.things import Things
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
    things = Things(client, headers, world)
    for operation, row in ROWS.items():
        codes = dict(zip(CALLERS, row.codes.split(), strict=True))
        for caller, code in {"colleague": COLLEAGUE.get(operation, codes["other"]), **codes}.items():
            path, body = await things.fill(row)
            answer = await client.request(row.method, path, json=body, files=row.files, headers=headers[caller])
            if answer.status_code not in EXPECTED[code]:
                wrong.append(f"{operation} by {caller}: {answer.status_code}, not {code}: {answer.text[:200]}")
            if answer.is_success and row.method != "GET" and operation not in LEAVING:
                things = Things(client, headers, world)
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
