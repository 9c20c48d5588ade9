"""What one can go to or do: the palette's answers, the keys, canned responses. Each is a page where there is no script."""

from urllib.parse import quote

import msgspec
from litestar import Router, get, post
from litestar.datastructures import Cookie

from api.actor import Right
from api.canned.commands import render_canned_response
from api.canned.queries import get_canned_response, list_canned_responses
from api.conversation.commands import save_draft
from api.conversation.queries import list_drafts
from api.conversation.wire import DraftText
from api.people.queries import UserFilter, list_users
from api.search.queries.saved import list_saved_searches
from api.search.queries.suggest import list_suggestions
from api.tickets.queries.detail import find_ticket_id, get_ticket
from api.web import words
from api.web.forms import new_form, read_form
from api.web.http import KEYS_COOKIE, Page, WebRequest, actor_of, reading, see, writing
from api.web.language import Translate
from api.web.render import show, speak
from api.web.words import N_

KEYS = {
    "j": N_("Next ticket"),
    "k": N_("Previous ticket"),
    "o": N_("Open (or Enter)"),
    "u": N_("Back to the list"),
    "x": N_("Select; with Shift, all up to here"),
    ".": N_("Show what is new in the list"),
    "r": N_("Reply"),
    "n": N_("Internal note"),
    "i": N_("Take it"),
    "a": N_("Assign"),
    "s": N_("Status"),
    "p": N_("Priority"),
    "t": N_("Tags"),
    "w": N_("Watch, or stop watching"),
    "e": N_("Escalate"),
    "z": N_("Undo"),
    "/": N_("Search; in a reply, canned responses"),
    "]": N_("Details of the ticket"),
    "[": N_("Views"),
    "g q": N_("Go to the queue"),
    "g m": N_("Go to my tickets"),
    "g s": N_("Go to the search"),
    "g n": N_("Go to the notifications"),
    "?": N_("These keys"),
    "Ctrl K": N_("Commands"),
    "Ctrl Enter": N_("Send"),
    "Ctrl Shift Enter": N_("Send, and go to the next ticket"),
}
_YEAR = 31_536_000


class Way(msgspec.Struct, frozen=True):
    """A place to go to."""

    href: str
    label: str
    icon: str
    more: str = ""


@get("/commands", right=Right.TICKET_WORK, include_in_schema=False)
async def commands(request: WebRequest, q: str = "") -> Page:
    """Places whose name holds what was typed; tickets and people too from three letters on."""
    _ = speak(request)
    q = q.strip()[:100]
    async with reading(request) as read:
        ways = [way for way in _places(actor_of(request).role == "admin", _) if q.lower() in way.label.lower()]
        if len(q) >= 2:
            saved = [s for s in await list_saved_searches(read) if q.lower() in s.name.lower()]
            ways += [Way(f"/search?q={quote(s.q)}", s.name, "search") for s in saved[:5]]
            ways += [
                Way(f"/tickets/{t.number}", t.subject, words.STATUS[t.status].icon, t.number)
                for t in await list_suggestions(read, q)
            ]
            people = (await list_users(read, UserFilter(role="customer", is_active=True, q=q), limit=5)).users
            ways += [Way(_search_of(person.name), person.name, "circle-user") for person in people]
        return await show(request, read, "commands.html", parts={"*": ("ways",)}, q=q, ways=ways)


def _search_of(customer: str) -> str:
    q = f'customer:"{customer}"'
    return f"/search?q={quote(q)}"


def _places(is_admin: bool, _: Translate) -> list[Way]:
    views = [Way(f"/tickets?view={name}", _(word.label), word.icon) for name, word in words.VIEW.items()]
    return [
        *views,
        Way("/tickets/new", _("New ticket"), "plus"),
        Way("/search", _("Search"), "search"),
        Way("/notifications", _("Notifications"), "bell"),
        Way("/preferences", _("Preferences"), "settings"),
        Way("/shortcuts", _("Keyboard shortcuts"), "keyboard"),
        *([Way("/admin", _("Administration"), "settings")] if is_admin else []),
    ]


@get("/shortcuts", right=Right.TICKET_WORK, include_in_schema=False)
async def shortcuts(request: WebRequest) -> Page:
    """The keys, and the switch that turns them off."""
    async with reading(request) as read:
        return await show(request, read, "shortcuts.html", parts={"*": ("keys",)}, keys=KEYS)


@post("/shortcuts", right=Right.TICKET_WORK, include_in_schema=False, status_code=200)
async def switch_shortcuts(request: WebRequest) -> Page:
    """Turn the keys on or off, in this browser."""
    form = await read_form(request, speak(request))
    response = see("/shortcuts", "saved")
    response.set_cookie(
        Cookie(KEYS_COOKIE, value="on" if form["keys"] == "on" else "off", max_age=_YEAR, httponly=True, samesite="lax")
    )
    return response


@get("/tickets/{number:str}/canned", right=Right.TICKET_WORK, include_in_schema=False)
async def canned(request: WebRequest, number: str, mode: str = "reply") -> Page:
    """The canned responses, to put one into the draft."""
    _ = speak(request)
    async with reading(request) as read:
        ticket = await get_ticket(read, await find_ticket_id(read, number))
        return await show(
            request, read, "act.html", parts={"*": ("act",)},
            ticket=ticket, here=f"/tickets/{ticket.number}", kind="canned", title=_("Canned responses"), form=new_form(),
            in_dialog=False, mode="note" if mode == "note" else "reply", canned=await list_canned_responses(read, None, None),
        )  # fmt: skip


@post("/tickets/{number:str}/canned", right=Right.TICKET_WORK, include_in_schema=False, status_code=200)
async def insert_canned(request: WebRequest, number: str) -> Page:
    """Put its words after those of the draft."""
    form = await read_form(request, speak(request))
    mode = "note" if form["mode"] == "note" else "reply"
    async with writing(request) as tx:
        ticket_id = await find_ticket_id(tx, number)
        response = await get_canned_response(tx, form.whole("response_id") or 0)
        said = await render_canned_response(tx, response, ticket_id)
        before = next((draft.body for draft in await list_drafts(tx, ticket_id) if draft.mode == mode), "")
        await save_draft(tx, ticket_id, mode, DraftText(body=f"{before}\n\n{said}".strip()))
    return see(f"/tickets/{number}", "inserted")


router = Router("/", route_handlers=[commands, shortcuts, switch_shortcuts, canned, insert_canned])
