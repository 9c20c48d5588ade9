"""What the rows of the table are about: made through the API when a row first names it, anew after each change."""

import re
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any

import httpx

from tests.access.table import OPEN_MONDAYS, Row
from tests.api.attachments.files import picture
from tests.worlds import World

COMPLAINT = {"subject": "Router", "description": "Drops"}
_numbers = count(1)


class Things:
    """Ids by the names that rows use; those of the world's people and places are there from the start."""

    def __init__(self, client: httpx.AsyncClient, headers: dict[str, dict[str, str]], world: World) -> None:
        self.client, self.headers, self.world = client, headers, world
        self.ids: dict[str, Any] = {}
        self.forget()

    def forget(self) -> None:
        """Something was changed: whatever comes next is made anew."""
        self.ids = {name: getattr(self.world, name) for name in self.world.__struct_fields__}

    async def fill(self, row: Row) -> tuple[str, Any]:
        """(path, body) of a row with `{name}` replaced; a value that is nothing but `{name}` becomes the id itself."""
        for name in sorted(set(re.findall(r"\{(\w+)\}", f"{row.path} {row.body}"))):
            if name not in self.ids:
                await MAKERS[name](self)
        return row.path.format(**self.ids), self._filled(row.body)

    def _filled(self, body: Any) -> Any:
        if isinstance(body, dict):
            return {key: self._filled(value) for key, value in body.items()}
        if isinstance(body, list):
            return [self._filled(value) for value in body]
        if isinstance(body, str):
            whole = re.fullmatch(r"\{(\w+)\}", body)
            return self.ids[whole[1]] if whole else body.format(**self.ids)
        return body

    async def ask(self, method: str, path: str, caller: str, **content: Any) -> Any:
        answer = await self.client.request(method, path, headers=self.headers[caller], **content)
        assert answer.is_success, f"{method} {path}: {answer.text}"
        return answer.json()

    async def new_ticket(self) -> Any:
        """A ticket of the owner in the team."""
        complaint = COMPLAINT | {"category_id": self.world.category}
        return await self.ask("POST", "/api/tickets", "owner", json=complaint)

    async def ticket(self) -> int:
        """The ticket of this row."""
        if "ticket" not in self.ids:
            await make_ticket(self)
        return self.ids["ticket"]


async def make_ticket(things: Things) -> None:
    ticket = await things.new_ticket()
    things.ids |= {"ticket": ticket["id"], "version": ticket["version"]}


async def make_second_ticket(things: Things) -> None:
    things.ids["ticket2"] = str((await things.new_ticket())["id"])


async def make_done(things: Things) -> None:
    done = await things.new_ticket()
    await things.ask("PATCH", f"/api/tickets/{done['id']}/status", "owner", json={"status": "resolved"})
    things.ids["done"] = done["id"]


async def make_comment(things: Things) -> None:
    path = f"/api/tickets/{await things.ticket()}/comments"
    things.ids["comment"] = (await things.ask("POST", path, "owner", json={"comment": "Hello"}))["id"]


async def make_attachments(things: Things) -> None:
    path = f"/api/tickets/{await things.ticket()}/attachments"
    files = [("files", ("a.txt", b"Hello")), ("files", ("a.png", picture(size=(9, 9))))]
    text, image = (await things.ask("POST", path, "owner", files=files))["attachments"]
    things.ids |= {"attachment": text["key"], "picture": image["key"]}


async def make_time(things: Things) -> None:
    path = f"/api/tickets/{await things.ticket()}/time-entries"
    things.ids["time"] = (await things.ask("POST", path, "admin", json={"duration": "5m"}))["id"]


async def make_calendar(things: Things) -> None:
    hours = {"name": f"Hours {next(_numbers)}", **OPEN_MONDAYS}
    things.ids["calendar"] = (await things.ask("POST", "/api/calendars", "admin", json=hours))["id"]


async def make_canned(things: Things) -> None:
    words = {"title": "Hello", "body": "Dear {{ customer.name }}", "scope": "global"}
    things.ids["canned"] = (await things.ask("POST", "/api/canned-responses", "admin", json=words))["id"]


async def find_policy(things: Things) -> None:
    things.ids["policy"] = (await things.ask("GET", "/api/sla-policies", "admin"))["policies"][0]["id"]


async def find_organisation(things: Things) -> None:
    things.ids["organisation"] = (await things.ask("GET", "/api/organisations", "admin"))["organisations"][0]["id"]


async def make_name(things: Things) -> None:
    number = next(_numbers)
    things.ids |= {"unique": f"name-{number}", "field_key": f"key_{number}"}


MAKERS: dict[str, Callable[[Things], Awaitable[None]]] = {
    "ticket": make_ticket,
    "version": make_ticket,
    "ticket2": make_second_ticket,
    "done": make_done,
    "comment": make_comment,
    "attachment": make_attachments,
    "picture": make_attachments,
    "time": make_time,
    "calendar": make_calendar,
    "canned": make_canned,
    "policy": find_policy,
    "organisation": find_organisation,
    "unique": make_name,
    "field_key": make_name,
}
