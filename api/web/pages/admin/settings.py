"""Settings of the installation."""

from litestar import Router, get, post

from api.actor import Right
from api.events.tx import Tx
from api.installation.commands import update_settings
from api.installation.queries import get_settings
from api.installation.rules import InstallationPatch
from api.people.rules import known_zones
from api.web.forms import Form, read_form
from api.web.http import Page, WebRequest, reading, see
from api.web.language import language_names
from api.web.pages.admin.changes import changes
from api.web.pages.admin.fields import Field, filled, read_struct
from api.web.pages.admin.screen import Refused, attempt, last_changes
from api.web.render import show, speak
from api.web.words import N_

EMPTY_KEEPS = N_("Days after closing; empty keeps them.")
FIELDS = (
    Field("branding_name", N_("Name of the installation"), is_required=True, max_length=60, group=N_("In general")),
    Field("time_zone", N_("Time zone"), "choice", N_("Of daily figures")),
    Field("default_locale", N_("Language"), "choice"),
    Field("allow_registration", N_("Customers may register by themselves"), "check"),
    Field("require_second_factor", N_("Staff must sign in in two steps"), "check"),
    Field("restrict_to_team", N_("Agents read only what they may work on"), "check"),
    Field("organisation_visibility", N_("Members of a shared organisation read each other's complaints"), "check"),
    Field("auto_close_after_seconds", N_("Close resolved tickets after"), "span", is_required=True, group=N_("Tickets")),
    Field("reopen_window_seconds", N_("Reopen closed ones for"), "span", is_required=True),
    Field("at_risk_share", N_("At risk below"), "percent", N_("Percent of a deadline that are left"), is_required=True),
    Field("require_outcome", N_("Agents resolve only with an outcome (ISO 10002)"), "check"),
    Field("hand_back_when_offline", N_("Who goes offline hands untouched tickets back"), "check"),
    Field("attachment_max_bytes", N_("Largest file (MB)"), "megabytes", is_required=True, group=N_("Files")),
    Field("attachments_per_ticket", N_("Files per ticket"), "number", is_required=True),
    Field("mail_limit_per_recipient", N_("E-mails to one address"), "number", N_("Within an hour"), is_required=True, group=N_("Outgoing mail")),
    Field("mail_limit_per_thread", N_("To one address about one ticket"), "number", N_("Within an hour"), is_required=True),
    Field("inbound_unknown_sender", N_("Mail of a stranger"), "choice", group=N_("Incoming mail")),
    Field("inbound_dmarc", N_("Forged senders (DMARC)"), "choice"),
    Field("inbound_limit_per_sender", N_("Mails of one sender"), "number", N_("Within an hour"), is_required=True),
    Field("inbound_authserv_id", N_("Our mail server's name in Authentication-Results"), hint=N_("Empty believes none (RFC 8601)."), max_length=253),
    Field("allowed_webhook_hosts", N_("Hosts of our own network that webhooks may reach"), "lines", N_("Names, addresses or networks, one on each line"), group=N_("Webhooks")),
    Field("retention_closed_tickets_days", N_("Words of tickets"), "number", EMPTY_KEEPS, group=N_("What is forgotten, and when")),
    Field("retention_attachments_days", N_("Files"), "number", EMPTY_KEEPS),
    Field("retention_deliveries_days", N_("Deliveries"), "number", N_("Days"), is_required=True),
    Field("retention_sessions_days", N_("Sessions"), "number", N_("Days after they ended"), is_required=True),
    Field("retention_read_notifications_days", N_("Notifications that were read"), "number", N_("Days"), is_required=True),
)  # fmt: skip
UNKNOWN_SENDER = {"customer": N_("makes a customer of them"), "refuse": N_("is refused")}
DMARC = {
    "ignore": N_("Take all mails"),
    "refuse_failed": N_("Refuse what failed"),
    "require_pass": N_("Take only what passed"),
}


@get("/settings", right=Right.ADMIN, include_in_schema=False)
async def settings(request: WebRequest) -> Page:
    """As they are."""
    return await _page(request, None)


@post("/settings", right=Right.ADMIN, include_in_schema=False, status_code=200)
async def keep_settings(request: WebRequest) -> Page:
    """Write what differs."""
    form = await read_form(request, speak(request))
    wanted = read_struct(form, FIELDS, InstallationPatch)

    async def work(tx: Tx) -> bool:
        if wanted is None:
            raise Refused
        await update_settings(tx, wanted)
        return True

    done, status = await attempt(request, form, work)
    return see("/admin/settings", "saved") if done else await _page(request, form, status=status)


async def _page(request: WebRequest, form: Form | None, *, status: int = 200) -> Page:
    _ = speak(request)
    choices = {
        "time_zone": [(zone, zone.replace("_", " ")) for zone in sorted(known_zones())],
        "default_locale": language_names(),
        "inbound_unknown_sender": [(value, _(label)) for value, label in UNKNOWN_SENDER.items()],
        "inbound_dmarc": [(value, _(label)) for value, label in DMARC.items()],
    }
    async with reading(request) as read:
        return await show(
            request, read, "admin/settings.html", status=status,
            form=form or filled(FIELDS, await get_settings(read), _), fields=FIELDS, choices=choices,
            log=await last_changes(read, "setting", None), changes=changes,
        )  # fmt: skip


router = Router("/", route_handlers=[settings, keep_settings])
