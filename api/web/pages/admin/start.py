"""The first run: three steps from an empty installation to the first ticket."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from litestar import Router, get, post

from api.actor import Right
from api.errors import NotFound
from api.events.tx import Tx
from api.installation.commands import update_settings
from api.installation.queries import get_settings
from api.installation.rules import InstallationPatch
from api.people.commands.teams import add_member, create_team
from api.people.commands.users import create_user
from api.people.queries import find_customer_id
from api.people.rules import known_zones
from api.people.wire import NewMember, NewTeam, NewUser
from api.tickets.wire import NewTicket
from api.web.forms import Form, new_form, read_form
from api.web.http import Page, WebRequest, reading, see
from api.web.language import Translate, language_names
from api.web.once import open_once
from api.web.pages.admin.fields import Field, filled, read_struct
from api.web.pages.admin.screen import Refused, attempt
from api.web.render import show, speak
from api.web.words import N_

STEPS = (N_("Name and time zone"), N_("The first team and its agents"), N_("How complaints come in"))
GENERAL = (
    Field("branding_name", N_("What is the installation called?"), is_required=True, max_length=60),
    Field("time_zone", N_("Time zone"), "choice", N_("Of daily figures")),
    Field("default_locale", N_("Language"), "choice"),
)
AGENTS = 3
"""Rows for agents that the second step shows; more are made on the page of people."""


@get("/start", right=Right.ADMIN, include_in_schema=False)
async def start(request: WebRequest) -> Page:
    """The first step."""
    return see("/admin/start/1")


@get("/start/{step:int}", right=Right.ADMIN, include_in_schema=False)
async def show_step(request: WebRequest, step: int) -> Page:
    """The form of a step."""
    return await _page(request, step, None)


@post("/start/{step:int}", right=Right.ADMIN, include_in_schema=False, status_code=200)
async def take_step(request: WebRequest, step: int) -> Page:
    """Keep what a step asks for and go on, or show it again with what is wrong; all of it or nothing."""
    if step not in _WORK:
        raise NotFound("start.no_such_step", "There is no such step.")
    _ = speak(request)
    form = await read_form(request, _)
    target, status = await attempt(request, form, lambda tx: _WORK[step](tx, form, _))
    if target is None:
        return await _page(request, step, form, status=status)
    return see(target, "first_ticket" if step == len(STEPS) else None)


async def _keep_general(tx: Tx, form: Form, _: Translate) -> str:
    wanted = read_struct(form, GENERAL, InstallationPatch)
    if wanted is None:
        raise Refused
    await update_settings(tx, wanted)
    return "/admin/start/2"


async def _make_team(tx: Tx, form: Form, _: Translate) -> str:
    """The team and its agents, the first of whom leads it."""
    team = form.convert(NewTeam, name=form["name"])
    agents = [_agent(form, n, _) for n in range(AGENTS) if form[f"name-{n}"] or form[f"email-{n}"]]
    if team is None or None in agents:
        raise Refused
    zone = (await get_settings(tx)).time_zone
    team_id = await create_team(tx, team)
    for n, agent in enumerate(filter(None, agents)):
        user_id = await create_user(tx, msgspec.structs.replace(agent, time_zone=zone))
        await add_member(tx, team_id, NewMember(user_id=user_id, role="member" if n else "lead"))
    return "/admin/start/3"


async def _open_first(tx: Tx, form: Form, _: Translate) -> str:
    """The first ticket, for a customer who is made with it unless they are there."""
    customer_id = await find_customer_id(tx, form["email"])
    if customer_id is None:
        customer = form.convert(NewUser, name=form["name"], email=form["email"], role="customer")
        customer_id = 1 if customer is None else await create_user(tx, customer)
    wanted = form.convert(NewTicket, subject=form["subject"], description=form["description"], customer_id=customer_id)
    if wanted is None:
        raise Refused
    return f"/tickets/{await open_once(tx, form.key, wanted)}"


_WORK: dict[int, Callable[[Tx, Form, Translate], Awaitable[str]]] = {1: _keep_general, 2: _make_team, 3: _open_first}
"""What each step does; it gives where to go on."""


def _agent(form: Form, n: int, _: Translate) -> NewUser | None:
    """The agent of a row of the form, whose fields end in its number."""
    row = Form({name: form[f"{name}-{n}"] for name in ("name", "email", "password")}, _)
    form.values[f"password-{n}"] = ""
    agent = row.convert(NewUser, role="agent", name=row["name"], email=row["email"], password=row["password"] or None)
    form.problems.update({f"{name}-{n}": problem for name, problem in row.problems.items()})
    return agent


async def _page(request: WebRequest, step: int, form: Form | None, *, status: int = 200) -> Page:
    _, process = speak(request), request.app.state.settings
    step = min(max(step, 1), len(STEPS))
    async with reading(request) as read:
        if form is None:
            form = filled(GENERAL, await get_settings(read), _) if step == 1 else new_form()
        choices: dict[str, Any] = {
            "time_zone": [(zone, zone.replace("_", " ")) for zone in sorted(known_zones())],
            "default_locale": language_names(),
        }
        return await show(
            request, read, "admin/start.html", status=status,
            step=step, steps=STEPS, form=form, general=GENERAL, choices=choices, agents=AGENTS,
            is_mailbox_read=bool(process.imap_url), is_sending=bool(process.smtp_url), address=process.url,
        )  # fmt: skip


router = Router("/", route_handlers=[start, show_step, take_step])
