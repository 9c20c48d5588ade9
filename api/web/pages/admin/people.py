"""People: accounts and roles, what they can do, and what becomes of their tickets when they go."""

from typing import Any

from litestar import Router, post
from msgspec import UNSET

from api.actor import Right
from api.auth.authenticate import forget
from api.auth.commands.second_factor import reset_second_factor
from api.auth.queries import has_second_factor
from api.db import Read
from api.events.tx import Tx
from api.organisations.queries import list_organisations
from api.people.commands.users import create_user, end_sessions, set_skills, update_user
from api.people.queries import (
    UserFilter,
    count_active_tickets,
    get_user,
    list_agents,
    list_skills,
    list_teams,
    list_users,
)
from api.people.rules import is_staff, known_zones
from api.people.wire import NewUser, NewUserSkill, User, UserPatch, UserSkills
from api.web import words
from api.web.forms import Form, read_form
from api.web.http import Page, WebRequest, see, writing
from api.web.language import Translate, language_names
from api.web.pages.admin.fields import Choices, Field, fields_of, filled, values_of
from api.web.pages.admin.screen import PER_PAGE, Asked, Listing, Refused, Row, Screen, attempt, handlers, show_form
from api.web.render import speak
from api.web.words import N_

MAX_ORGANISATIONS = 100
PROFICIENCIES = range(1, 6)

FIELDS = (
    Field("name", N_("Name"), is_required=True, max_length=100),
    Field("email", N_("E-mail address"), "email", is_required=True, max_length=254),
    Field("role", N_("Role"), "choice", is_required=True),
    Field("password", N_("Password"), "password", N_("Left empty it stays as it is. A new one signs the person out everywhere.")),
    Field("capacity", N_("Capacity"), "number", N_("Most active tickets at once; the routing gives no more.")),
    Field("availability", N_("Availability"), "choice"),
    Field("organisation_id", N_("Organisation"), "choice", N_("For customers. Choosing one confirms them as a member.")),
    Field("tags", N_("Tags"), "words", N_("With commas between them. SLA policies can ask for a customer's tags.")),
    Field("language", N_("Language"), "choice"),
    Field("time_zone", N_("Time zone"), "choice"),
)  # fmt: skip


async def _rows(asked: Asked) -> Listing:
    narrowed, _ = asked.narrowed, asked._
    role: Any = narrowed.get("only") if narrowed.get("only") in words.ROLE else None
    wanted = UserFilter(role=role, team_id=asked.whole("team_id"), q=narrowed.get("q"))
    found = await list_users(asked.read, wanted, page=asked.page, limit=PER_PAGE)
    return Listing(
        rows=[
            Row(
                id=user.id,
                cells=(
                    user.name,
                    user.email,
                    _(words.ROLE[user.role]),
                    ", ".join(team.name for team in user.teams) or (user.organisation.name if user.organisation else ""),
                    _(words.AVAILABILITY[user.availability].label) if is_staff(user.role) else "",
                    asked.f.count(user.capacity) if is_staff(user.role) else "",
                ),
                is_active=user.is_active,
            )
            for user in found.users
        ],
        has_more=asked.page < found.pagination.total_pages,
    )  # fmt: skip


async def _choices(read: Read, _: Translate) -> Choices:
    organisations = (await list_organisations(read, limit=MAX_ORGANISATIONS)).organisations
    return {
        "role": [(role, _(label)) for role, label in words.ROLE.items()],
        "only": [("", _("any role")), *((role, _(label)) for role, label in words.ROLE.items())],
        "availability": [(value, _(word.label)) for value, word in words.AVAILABILITY.items()],
        "organisation_id": [("", _("none")), *((one.id, one.name) for one in organisations)],
        "team_id": [("", _("any team")), *((team.id, team.name) for team in await list_teams(read))],
        "language": language_names(),
        "time_zone": [(zone, zone.replace("_", " ")) for zone in sorted(known_zones())],
    }


def _fill(user: User, _: Translate) -> Form:
    form = filled(fields_of(FIELDS, UserPatch), user, _)
    form.values["organisation_id"] = str(user.organisation.id) if user.organisation else ""
    return form


def _make(form: Form, kind: type[Any], user: User | None) -> Any:
    """Of one who has no such thing, availability and organisation are not said; nor is a password that was left empty."""
    values = values_of(form, fields_of(FIELDS, kind))
    form.values["password"] = ""
    left_out = {"password"} if not values["password"] else set[str]()
    if not is_staff(form["role"]) or user is None:
        left_out.add("availability")
    organisation_id = user.organisation.id if user and user.organisation else None
    if form.whole("organisation_id") == organisation_id or is_staff(form["role"]):
        left_out.add("organisation_id")
    return form.convert(kind, **{name: value for name, value in values.items() if name not in left_out})


async def _more(read: Read, user: User | None, _: Translate) -> dict[str, Any]:
    if user is None:
        return {}
    has = {skill.skill_id: skill.proficiency for skill in user.skills}
    return {
        "has_second_factor": await has_second_factor(read, user.id),
        "active_tickets": await count_active_tickets(read, user.id),
        "heirs": [(agent.id, agent.name) for agent in await list_agents(read) if agent.id != user.id],
        "skills": [(skill, has.get(skill.id, 0)) for skill in await list_skills(read)] if is_staff(user.role) else [],
        "proficiencies": PROFICIENCIES,
        "is_staff": is_staff(user.role),
    }


SCREEN = Screen(
    path="people",
    entity="user",
    title=N_("People"),
    about=N_("Everybody who has an account. Without a password one cannot sign in."),
    add=N_("New person"),
    icon="users",
    columns=(N_("Name"), N_("E-mail address"), N_("Role"), N_("Team or organisation"), N_("Availability"), N_("Capacity")),
    fields=FIELDS,
    new=NewUser,
    patch=UserPatch,
    rows=_rows,
    find=get_user,
    create=create_user,
    update=update_user,
    choices=_choices,
    fill=_fill,
    make=_make,
    more=_more,
    defaults=lambda: {"role": "agent", "capacity": "20", "language": "en", "time_zone": "UTC"},
    filters=(Field("q", N_("Name or address")), Field("only", N_("Role"), "choice"), Field("team_id", N_("Team"), "choice")),
    template="admin/person.html",
    after=lambda request, user_id: forget(request.app.state, user_id),
)  # fmt: skip


@post("/people/{thing_id:int}/skills", right=Right.ADMIN, include_in_schema=False, status_code=200)
async def keep_skills(request: WebRequest, thing_id: int) -> Page:
    """What the person can do, and how well."""
    form = await read_form(request, speak(request))
    levels = {name.removeprefix("skill-"): form.whole(name) for name in form.values if name.startswith("skill-")}
    skills = [
        NewUserSkill(skill_id=int(key), proficiency=level) for key, level in levels.items() if level and key.isdecimal()
    ]
    wanted = form.convert(
        UserSkills, skills=[{"skill_id": one.skill_id, "proficiency": one.proficiency} for one in skills]
    )
    return await _act(request, thing_id, form, lambda tx: set_skills(tx, thing_id, wanted or UserSkills(skills=[])))


@post("/people/{thing_id:int}/sign-out", right=Right.ADMIN, include_in_schema=False, status_code=200)
async def sign_out_everywhere(request: WebRequest, thing_id: int) -> Page:
    """End all sessions of the person."""
    async with writing(request) as tx:
        await end_sessions(tx, thing_id)
    forget(request.app.state, thing_id)
    return see(f"/admin/people/{thing_id}", "signed_out_everywhere")


@post("/people/{thing_id:int}/second-factor/reset", right=Right.ADMIN, include_in_schema=False, status_code=200)
async def reset_two_steps(request: WebRequest, thing_id: int) -> Page:
    """Turn the person's two-step sign-in off, when they have lost app and codes."""
    async with writing(request) as tx:
        await reset_second_factor(tx, thing_id)
    forget(request.app.state, thing_id)
    return see(f"/admin/people/{thing_id}", "second_factor_reset")


@post("/people/{thing_id:int}/active", right=Right.ADMIN, include_in_schema=False, status_code=200)
async def switch(request: WebRequest, thing_id: int) -> Page:
    """Deactivate the person, with what becomes of their tickets; or let them in again."""
    form = await read_form(request, speak(request))
    heir: Any = {"stay": UNSET, "queue": None}.get(form["reassign_to"], form.whole("reassign_to"))
    patch = UserPatch(is_active=True) if form["is_active"] else UserPatch(is_active=False, reassign_to=heir)
    return await _act(request, thing_id, form, lambda tx: update_user(tx, thing_id, patch))


async def _act(request: WebRequest, user_id: int, form: Form, command: Any) -> Page:
    async def work(tx: Tx) -> bool:
        if form.is_refused:
            raise Refused
        await command(tx)
        return True

    done, status = await attempt(request, form, work)
    if done is None:
        return await show_form(request, SCREEN, user_id, None, status=status, act_form=form)
    forget(request.app.state, user_id)
    return see(f"/admin/people/{user_id}", "saved")


router = Router("/", route_handlers=[*handlers(SCREEN), keep_skills, sign_out_everywhere, reset_two_steps, switch])
