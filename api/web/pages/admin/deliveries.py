"""What goes out: e-mails, pushes and webhook calls; those that were given up; and mail that stays here."""

from typing import Any, get_args
from urllib.parse import urlencode

import msgspec
from litestar import Router, get, post

from api.actor import Right
from api.db import Read
from api.deliveries.commands import replay_delivery
from api.deliveries.queries import DeliveryFilter, get_delivery, get_statistics, list_deliveries
from api.deliveries.rules import Channel, Status
from api.web import terms
from api.web.forms import Form
from api.web.http import Page, WebRequest, reading, see, writing
from api.web.pages.admin.fields import Field
from api.web.pages.admin.screen import PER_PAGE
from api.web.render import show, speak
from api.web.words import N_

DAYS = 7
FILTERS = (
    Field("status", N_("State"), "choice"),
    Field("channel", N_("Channel"), "choice"),
    Field("recipient", N_("Recipient"), max_length=254),
)


@get("/deliveries", right=Right.ADMIN, include_in_schema=False)
async def deliveries(request: WebRequest, page: int = 1) -> Page:
    """Messages, newest first, narrowed by state, channel and recipient."""
    _ = speak(request)
    sent = {name: request.query_params.get(name, "").strip() for name in ("status", "channel", "recipient")}
    narrowed = {name: text for name, text in sent.items() if text in _known(name, text)}
    wanted = DeliveryFilter(
        status=narrowed.get("status"), channel=narrowed.get("channel"), recipient=narrowed.get("recipient")
    )
    choices = {
        "status": [("", _("any state")), *((value, _(word.label)) for value, word in terms.DELIVERY.items())],
        "channel": [("", _("any channel")), *((value, _(label)) for value, label in terms.CHANNEL.items())],
    }
    async with reading(request) as read:
        statistics = await get_statistics(read, days=DAYS)
        return await _list(
            request, read, wanted, page,
            title=_("Deliveries"), form=Form(narrowed, _), filters=FILTERS, choices=choices, statistics=statistics,
            narrowed_query="".join(f"&{urlencode({name: text})}" for name, text in narrowed.items()),
        )  # fmt: skip


@get("/outbox", right=Right.ADMIN, include_in_schema=False)
async def outbox(request: WebRequest, page: int = 1) -> Page:
    """E-mails of an installation that has no mail server, newest first."""
    _ = speak(request)
    async with reading(request) as read:
        return await _list(
            request, read, DeliveryFilter(status="kept", channel="email"), page,
            title=_("Outbox"), form=Form(), filters=(), choices={}, statistics=None, narrowed_query="",
        )  # fmt: skip


@get("/deliveries/{delivery_id:int}", right=Right.ADMIN, include_in_schema=False)
async def delivery(request: WebRequest, delivery_id: int) -> Page:
    """What was sent, and what was answered at each try."""
    async with reading(request) as read:
        found = await get_delivery(read, delivery_id)
        payload = msgspec.json.format(msgspec.json.encode(found.payload)).decode()
        return await show(request, read, "admin/delivery.html", delivery=found, payload=payload)


@post("/deliveries/{delivery_id:int}/replay", right=Right.ADMIN, include_in_schema=False, status_code=200)
async def send_again(request: WebRequest, delivery_id: int) -> Page:
    """Send a settled message again, under the same id."""
    async with writing(request) as tx:
        await replay_delivery(tx, delivery_id)
    return see(f"/admin/deliveries/{delivery_id}", "sent_again")


def _known(name: str, text: str) -> tuple[str, ...]:
    """The values a filter may have: a recipient any but none."""
    values = {"status": get_args(Status), "channel": get_args(Channel)}
    return values.get(name, (text,) if text else ())


async def _list(request: WebRequest, read: Read, wanted: DeliveryFilter, page: int, **context: Any) -> Page:
    found = await list_deliveries(read, wanted, page=page, limit=PER_PAGE)
    return await show(
        request, read, "admin/deliveries.html",
        deliveries=found.deliveries, page=page, has_more=page < found.pagination.total_pages,
        is_sending=bool(request.app.state.settings.smtp_url), **context,
    )  # fmt: skip


router = Router("/", route_handlers=[deliveries, outbox, delivery, send_again])
