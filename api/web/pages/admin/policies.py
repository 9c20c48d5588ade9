"""SLA policies: what is promised, previewed across a change of clocks with the open clocks that an edit would move."""

from typing import Any

from litestar import Router, post
from msgspec import UNSET

from api.actor import Right
from api.db import Read
from api.errors import Problem
from api.organisations.queries import list_organisations
from api.people.queries import list_categories, list_teams
from api.sla.commands.policies import create_sla_policy, edited_terms, terms_of, update_sla_policy
from api.sla.commands.preview import preview_sla_policy
from api.sla.queries.calendars import list_calendars
from api.sla.queries.example import get_example
from api.sla.queries.policies import get_policy, list_policies
from api.sla.rules.policy import PolicyTerms, pausing_statuses
from api.sla.wire import NewPolicy, Policy, PolicyConditions, PolicyPatch
from api.web import words
from api.web.formats import Formats
from api.web.forms import Form, read_form
from api.web.http import Page, WebRequest, reading, see, writing
from api.web.language import Translate
from api.web.pages.admin.fields import Choices, Field, filled, values_of
from api.web.pages.admin.people import MAX_ORGANISATIONS
from api.web.pages.admin.promise_preview import shown, start_of
from api.web.pages.admin.screen import Asked, Listing, Row, Screen, handlers, show_form
from api.web.render import formats, speak
from api.web.spans import read_span, span_text
from api.web.words import N_

PAUSING = ("open", "assigned", "in_progress", "pending", "escalated")
CONDITIONS = (
    Field("priority", N_("Priority"), "several"),
    Field("category_id", N_("Subject area"), "several"),
    Field("team_id", N_("Team"), "several"),
    Field("organisation_id", N_("Organisation"), "several"),
    Field("customer_tag", N_("The customer has one of these tags"), "words", N_("With commas between them")),
)
FIELDS = (
    Field("name", N_("Name"), is_required=True, max_length=100),
    Field("calendar_id", N_("Calendar"), "choice"),
    Field("position", N_("Place in the order"), "number", N_("The first policy that fits holds.")),
    Field("is_active", N_("In use"), "check"),
)


async def _rows(asked: Asked) -> Listing:
    _ = asked._
    return Listing(
        rows=[
            Row(
                id=policy.id,
                cells=(policy.name, _promise(policy, asked.f, _), policy.calendar_name or _("around the clock"), str(policy.version)),
                is_active=policy.is_active,
            )
            for policy in (await list_policies(asked.read)).policies
        ]
    )  # fmt: skip


def _promise(policy: Policy, f: Formats, _: Translate) -> str:
    """`First response 1 h · Resolution 4 h`."""
    known = [target for target in words.TARGET if target in policy.targets]
    said = [f"{_(words.TARGET[target])} {f.span(policy.targets[target])}" for target in known]
    return " · ".join(said)


async def _choices(read: Read, _: Translate) -> Choices:
    calendars = [one for one in (await list_calendars(read)).calendars if one.is_active]
    organisations = (await list_organisations(read, limit=MAX_ORGANISATIONS)).organisations
    return {
        "calendar_id": [("", _("around the clock")), *((one.id, f"{one.name} ({one.time_zone})") for one in calendars)],
        "priority": [(value, _(word.label)) for value, word in words.PRIORITY.items()],
        "category_id": [(area.id, area.path) for area in await list_categories(read)],
        "team_id": [(team.id, team.name) for team in await list_teams(read)],
        "organisation_id": [(one.id, one.name) for one in organisations],
    }


def _fill(policy: Policy, _: Translate) -> Form:
    form = filled(FIELDS, policy, _)
    conditions = filled(CONDITIONS, policy.conditions, _)
    form.values |= conditions.values
    form.repeated += conditions.repeated
    for target in words.TARGET:
        form.values[f"target-{target}"] = span_text(policy.targets[target]) if target in policy.targets else ""
        form.repeated += [(f"pause-{target}", status) for status in _pausing(policy, target)]
    return form


def _pausing(policy: Policy, target: str) -> tuple[str, ...]:
    return pausing_statuses(PolicyTerms(name=policy.name, targets=policy.targets, pauses_on=_pauses(policy)), target)


def _pauses(policy: Policy) -> dict[str, tuple[str, ...]]:
    return {target: tuple(statuses) for target, statuses in policy.pauses_on.items()}


def _make(form: Form, kind: type[Any], policy: Policy | None) -> Any:
    """Pauses that mean what they meant are not said: a policy whose words alone change keeps its version."""
    targets = _targets(form)
    said = {name: value or None for name, value in values_of(form, CONDITIONS).items()}
    conditions = form.convert(PolicyConditions, **said)
    pauses = {target: form.texts(f"pause-{target}") for target in targets if target != "first_response"}
    meant = policy and all(set(_pausing(policy, target)) == set(statuses) for target, statuses in pauses.items())
    given: dict[str, Any] = values_of(form, [field for field in FIELDS if field.name in kind.__struct_fields__])
    if given["position"] is None:
        del given["position"]
    given |= {"targets": targets} | ({} if meant else {"pauses_on": pauses})
    if conditions is None or form.is_refused:
        return None
    return form.convert(kind, conditions=conditions, **given)


def _targets(form: Form) -> dict[str, int]:
    """Seconds by target, of those that are promised."""
    found: dict[str, int] = {}
    for target in words.TARGET:
        text = form[f"target-{target}"]
        seconds = read_span(text) if text else None
        if seconds:
            found[target] = seconds
        elif text:
            form.refuse_span(f"target-{target}")
    return found


async def _more(read: Read, policy: Policy | None, _: Translate) -> dict[str, Any]:
    return {"targets": words.TARGET, "pausing": PAUSING, "conditions": CONDITIONS, "preview": None, "shown": None}


SCREEN = Screen(
    path="sla",
    entity="sla_policy",
    title=N_("SLA policies"),
    about=N_("Asked in this order; the first that fits a ticket holds. An edit holds from now on: running clocks are re-based, the past stays."),
    add=N_("New policy"),
    icon="timer",
    columns=(N_("Policy"), N_("Promise"), N_("Calendar"), N_("Version"), N_("Order")),
    fields=FIELDS,
    new=NewPolicy,
    patch=PolicyPatch,
    rows=_rows,
    find=get_policy,
    create=create_sla_policy,
    update=update_sla_policy,
    choices=_choices,
    fill=_fill,
    make=_make,
    more=_more,
    list_template="admin/ordered.html",
    template="admin/policy.html",
)  # fmt: skip


@post(["/sla/new/preview", "/sla/{thing_id:int}/preview"], right=Right.ADMIN, include_in_schema=False, status_code=200)
async def preview(request: WebRequest, thing_id: int | None = None) -> Page:
    """What saving the form would do. Nothing is kept."""
    form = await read_form(request, speak(request))
    found: dict[str, Any] = {}
    try:
        async with reading(request) as read:
            found = await _previewed(read, thing_id, form, formats(request))
    except Problem as problem:
        form.refuse(problem)
    return await show_form(request, SCREEN, thing_id, form, status=422 if form.is_refused else 200, **found)


async def _previewed(read: Read, policy_id: int | None, form: Form, f: Formats) -> dict[str, Any]:
    policy = None if policy_id is None else await get_policy(read, policy_id)
    wanted: Any = _make(form, NewPolicy if policy is None else PolicyPatch, policy)
    if wanted is None:
        return {}
    terms = terms_of(wanted) if policy is None else await edited_terms(read, policy, wanted)
    zone = (await get_example(read, terms, None)).zone
    example = await get_example(read, terms, start_of(form, zone))
    if form.is_refused:
        return {}
    clocks = None if policy_id is None else await preview_sla_policy(read, policy_id, wanted)
    return {"shown": shown(example, f), "preview": clocks}


@post("/sla/{thing_id:int}/move", right=Right.ADMIN, include_in_schema=False, status_code=200)
async def move(request: WebRequest, thing_id: int) -> Page:
    """Ask the policy earlier or later."""
    form = await read_form(request, speak(request))
    async with writing(request) as tx:
        await update_sla_policy(tx, thing_id, PolicyPatch(position=form.whole("position") or UNSET))
    return see("/admin/sla", "saved")


router = Router("/", route_handlers=[*handlers(SCREEN), preview, move])
