"""The words of e-mails, with a preview; and the way back to the words that came with Redress."""

from typing import Any, get_args

import nh3
from litestar import Router, get, post

from api.actor import Right
from api.errors import NotFound, Problem
from api.events.tx import Tx
from api.notifications.commands.templates import previewed, restore_email_template, update_email_template
from api.notifications.queries.choices import get_email_template, list_email_templates
from api.notifications.rules.choices import TOPICS
from api.notifications.rules.words import SAMPLE
from api.notifications.wire import EmailPreview, EmailTemplateChange, Language
from api.web.forms import Form, read_form
from api.web.http import Page, WebRequest, reading, see, writing
from api.web.language import language_names
from api.web.pages.admin.fields import Field, filled, read_struct
from api.web.pages.admin.screen import Refused, attempt, unmoved
from api.web.render import show, speak
from api.web.variables import variable_names
from api.web.words import N_

FIELDS = (
    Field("subject", N_("Subject"), is_required=True, max_length=500),
    Field("text", N_("Plain text"), "long", is_required=True),
    Field("html", N_("HTML"), "long", is_required=True),
)
WORDLESS = {"script", "style", "title"}
"""Tags whose content is no part of what is read."""


@get("/templates", right=Right.ADMIN, include_in_schema=False)
async def templates(request: WebRequest) -> Page:
    """Every topic in every language."""
    async with reading(request) as read:
        return await show(
            request, read, "admin/templates.html",
            templates=await list_email_templates(read), languages=dict(language_names()),
        )  # fmt: skip


@get("/templates/{topic:str}/{language:str}", right=Right.ADMIN, include_in_schema=False)
async def template(request: WebRequest, topic: str, language: str) -> Page:
    """The words as they are."""
    return await _page(request, topic, language, None)


@post("/templates/{topic:str}/{language:str}", right=Right.ADMIN, include_in_schema=False, status_code=200)
async def keep_template(request: WebRequest, topic: str, language: str) -> Page:
    """Keep other words, once they can be rendered."""
    form = await read_form(request, speak(request))
    _check(topic, language)
    wanted = read_struct(form, FIELDS, EmailTemplateChange)

    async def work(tx: Tx) -> bool:
        if wanted is None:
            raise Refused
        await update_email_template(tx, topic, language, wanted)
        return True

    done, status = await attempt(request, form, work)
    if done:
        return see(f"/admin/templates/{topic}/{language}", "saved")
    return await _page(request, topic, language, form, status=status)


@post("/templates/{topic:str}/{language:str}/preview", right=Right.ADMIN, include_in_schema=False, status_code=200)
async def preview_template(request: WebRequest, topic: str, language: str) -> Page:
    """The words that were typed as an e-mail would show them. Nothing is kept."""
    form = await read_form(request, speak(request))
    wanted = read_struct(form, FIELDS, EmailTemplateChange)
    try:
        preview = None if wanted is None else await previewed(wanted, language)
    except Problem as problem:
        form.refuse(problem)
        preview = None
    return await _page(request, topic, language, form, preview=preview, status=422 if form.is_refused else 200)


@post("/templates/{topic:str}/{language:str}/restore", right=Right.ADMIN, include_in_schema=False, status_code=200)
async def restore_template(request: WebRequest, topic: str, language: str) -> Page:
    """The words as they come with Redress."""
    _check(topic, language)
    async with writing(request) as tx:
        await restore_email_template(tx, topic, language)
    return see(f"/admin/templates/{topic}/{language}", "restored")


def _check(topic: str, language: str) -> None:
    known: tuple[Any, ...] = get_args(Language)
    if topic not in TOPICS or language not in known:
        raise NotFound("template.not_found", "There is no such template.")


async def _page(
    request: WebRequest,
    topic: str,
    language: str,
    form: Form | None,
    *,
    preview: EmailPreview | None = None,
    status: int = 200,
) -> Page:
    _check(topic, language)
    async with reading(request) as read:
        kept = await get_email_template(read, topic, language)
        page = await show(
            request, read, "admin/template.html", status=status,
            kept=kept, language_name=dict(language_names())[language], fields=FIELDS, preview=preview,
            form=form or filled(FIELDS, kept, speak(request)), variables=variable_names(SAMPLE),
            html=nh3.clean(preview.html, clean_content_tags=WORDLESS) if preview else "",
        )  # fmt: skip
    return unmoved(page, form)


router = Router("/", route_handlers=[templates, template, keep_template, preview_template, restore_template])
