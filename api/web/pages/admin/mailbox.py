"""Mail that came in, and how it comes in."""

from typing import Any
from urllib.parse import urlencode

from litestar import Router, get

from api.actor import Right
from api.inbound.queries import list_messages
from api.installation.queries import get_settings
from api.web import terms
from api.web.forms import Form
from api.web.http import Page, WebRequest, reading
from api.web.pages.admin.fields import Field
from api.web.pages.admin.screen import PER_PAGE
from api.web.render import show, speak
from api.web.words import N_

FILTERS = (Field("fate", N_("What became of it"), "choice"), Field("sender", N_("Sender"), max_length=254))


@get("/mailbox", right=Right.ADMIN, include_in_schema=False)
async def mailbox(request: WebRequest, page: int = 1) -> Page:
    """Mails, newest first, narrowed by fate and sender; and whether a mailbox is read."""
    _, process = speak(request), request.app.state.settings
    sender = request.query_params.get("sender", "").strip()
    fate: Any = request.query_params.get("fate", "")
    fate = fate if fate in terms.FATE else None
    narrowed = {name: text for name, text in (("fate", fate), ("sender", sender)) if text}
    async with reading(request) as read:
        found = await list_messages(read, fate=fate, sender=sender or None, ticket_id=None, page=page, limit=PER_PAGE)
        return await show(
            request, read, "admin/mailbox.html",
            messages=found.messages, page=page, has_more=page < found.pagination.total_pages, form=Form(narrowed, _),
            filters=FILTERS, is_read=bool(process.imap_url), sender=process.mail_from, rules=await get_settings(read),
            choices={"fate": [("", _("anything")), *((value, _(word.label)) for value, word in terms.FATE.items())]},
            narrowed_query="".join(f"&{urlencode({name: text})}" for name, text in narrowed.items()),
        )  # fmt: skip


router = Router("/", route_handlers=[mailbox])
