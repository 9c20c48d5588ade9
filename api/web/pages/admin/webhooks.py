"""Webhooks: endpoints that are told, their calls, calling again, and another secret."""

import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Router, get, post
from msgspec import UNSET

from api.actor import Right
from api.db import Read
from api.deliveries.commands import replay_dead
from api.deliveries.queries import DeliveryFilter, get_statistics, list_deliveries
from api.errors import NotFound
from api.events.tx import Tx
from api.web import terms
from api.web.forms import Form, read_form
from api.web.http import Page, WebRequest, reading, see
from api.web.language import Translate
from api.web.pages.admin.fields import Choices, Field, fields_of, filled, values_of
from api.web.pages.admin.screen import Asked, Listing, Refused, Row, Screen, attempt, handlers, show_form
from api.web.render import show, speak
from api.web.words import N_
from api.webhooks.commands import create_webhook, delete_webhook, test_webhook, toggle_webhook, update_webhook
from api.webhooks.queries import get_webhook, list_webhooks
from api.webhooks.rules import ALL, SECRET_BYTES, SENDABLE, secret_text
from api.webhooks.wire import NewWebhook, Webhook, WebhookPatch

DAYS = 7
LAST_CALLS = 20
FIELDS = (
    Field("name", N_("Name"), is_required=True, max_length=100),
    Field("url", N_("Address"), hint=N_("https://…; addresses inside our own network are refused unless the settings allow them."), is_required=True, max_length=2_000),
    Field("secret", N_("Secret"), hint=N_("The other side checks our signature by it. Copy it now, it is shown only here."), is_required=True, max_length=120, is_only_new=True),
    Field("headers", N_("Headers"), "lines", N_("Name: value, one on each line. Values are never shown again; lines here replace all there are.")),
    Field("events", N_("What it is told"), "several"),
)  # fmt: skip


def new_secret() -> str:
    """A secret that nobody has had."""
    return secret_text(secrets.token_bytes(SECRET_BYTES))


async def _rows(asked: Asked) -> Listing:
    _ = asked._
    return Listing(
        rows=[
            Row(
                id=one.id,
                cells=(
                    one.name,
                    one.url,
                    _("everything") if ALL in one.events else asked.f.count(len(one.events)),
                    _(terms.REASON.get(one.disabled_reason, "")) if one.disabled_reason else "",
                ),
                is_active=one.is_active,
            )
            for one in await list_webhooks(asked.read)
        ]
    )


async def _choices(read: Read, _: Translate) -> Choices:
    return {"events": [(ALL, _("everything")), *((event, event) for event in sorted(SENDABLE))]}


def _fill(webhook: Webhook, _: Translate) -> Form:
    return filled(fields_of(FIELDS, Webhook), webhook, _)


def _make(form: Form, kind: type[Any], webhook: Webhook | None) -> Any:
    values = values_of(form, fields_of(FIELDS, kind))
    headers = {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in values["headers"])}
    if webhook is not None:
        values |= {"secret": UNSET, "headers": headers or UNSET}
    else:
        values["headers"] = headers
    return form.convert(kind, **{name: value for name, value in values.items() if value is not UNSET})


async def _create(tx: Tx, new: NewWebhook) -> int:
    return (await create_webhook(tx, new)).id


async def _more(read: Read, webhook: Webhook | None, _: Translate) -> dict[str, Any]:
    if webhook is None:
        return {}
    calls = await list_deliveries(read, DeliveryFilter(webhook_id=webhook.id), page=1, limit=LAST_CALLS)
    statistics = await get_statistics(read, days=DAYS, webhook_id=webhook.id)
    return {"calls": calls.deliveries, "figures": next(iter(statistics.channels), None)}


SCREEN = Screen(
    path="webhooks",
    entity="webhook",
    title=N_("Webhooks"),
    about=N_("Endpoints of other systems that are called when something happens, signed as Standard Webhooks are."),
    add=N_("New webhook"),
    icon="unplug",
    columns=(N_("Name"), N_("Address"), N_("Events"), N_("Why it is off")),
    fields=FIELDS,
    new=NewWebhook,
    patch=WebhookPatch,
    rows=_rows,
    find=get_webhook,
    create=_create,
    update=update_webhook,
    choices=_choices,
    fill=_fill,
    make=_make,
    more=_more,
    defaults=lambda: {"secret": new_secret()},
    template="admin/webhook.html",
)


ACTS: dict[str, tuple[Callable[[Tx, int], Awaitable[object]], str]] = {
    "toggle": (toggle_webhook, "saved"),
    "test": (test_webhook, "tested"),
    "replay": (replay_dead, "sent_again"),
    "remove": (delete_webhook, "removed"),
}
"""What a button does, and the message when it is done."""


@post("/webhooks/{thing_id:int}/{act:str}", right=Right.ADMIN, include_in_schema=False, status_code=200)
async def act_on(request: WebRequest, thing_id: int, act: str) -> Page:
    """Switch it on or off, send a test, call again where all tries failed, or remove it."""
    if act not in ACTS:
        raise NotFound("webhook.no_such_act", "There is no such button.")
    command, done = ACTS[act]
    form = Form(_=speak(request))

    async def work(tx: Tx) -> bool:
        await get_webhook(tx, thing_id)
        await command(tx, thing_id)
        return True

    worked, status = await attempt(request, form, work)
    if not worked:
        return await show_form(request, SCREEN, thing_id, None, status=status, act_form=form)
    return see("/admin/webhooks" if act == "remove" else f"/admin/webhooks/{thing_id}", done)


@get("/webhooks/{thing_id:int}/secret", right=Right.ADMIN, include_in_schema=False)
async def another_secret(request: WebRequest, thing_id: int) -> Page:
    """A new secret, to be taken over by the other side before it signs our calls."""
    return await _secret_page(request, thing_id, Form({"secret": new_secret()}))


@post("/webhooks/{thing_id:int}/secret", right=Right.ADMIN, include_in_schema=False, status_code=200)
async def use_secret(request: WebRequest, thing_id: int) -> Page:
    """Sign with the secret that was shown, from the next call on."""
    form = await read_form(request, speak(request))
    wanted = form.convert(WebhookPatch, secret=form["secret"])

    async def work(tx: Tx) -> bool:
        if wanted is None:
            raise Refused
        await update_webhook(tx, thing_id, wanted)
        return True

    done, status = await attempt(request, form, work)
    return see(f"/admin/webhooks/{thing_id}", "saved") if done else await _secret_page(request, thing_id, form, status)


async def _secret_page(request: WebRequest, webhook_id: int, form: Form, status: int = 200) -> Page:
    async with reading(request) as read:
        webhook = await get_webhook(read, webhook_id)
        return await show(request, read, "admin/secret.html", status=status, webhook=webhook, form=form)


router = Router("/", route_handlers=[*handlers(SCREEN), act_on, another_secret, use_secret])
