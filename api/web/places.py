"""Where an administrator can go: the places of the administration, in groups, as its menu and its start page show them."""

from collections.abc import Sequence

import msgspec

from api.web.words import N_


class Place(msgspec.Struct, frozen=True):
    """A page: its address, its icon, its name and what one does there (untranslated)."""

    href: str
    icon: str
    label: str
    about: str


class Group(msgspec.Struct, frozen=True):
    """Places that belong together."""

    label: str
    places: Sequence[Place]


ADMIN = (
    Group(
        N_("People"),
        (
            Place("/admin/people", "user", N_("People"), N_("Accounts, roles, capacity and skills")),
            Place("/admin/teams", "users", N_("Teams"), N_("Who works together, and who leads")),
            Place("/admin/skills", "list-checks", N_("Skills"), N_("What it takes to answer")),
            Place("/admin/organisations", "house", N_("Organisations"), N_("Customers that belong together")),
        ),
    ),
    Group(
        N_("Complaints"),
        (
            Place("/admin/categories", "layers", N_("Subject areas"), N_("What complaints are about, and who answers")),
            Place("/admin/custom-fields", "pen-line", N_("Custom fields"), N_("What else is asked of a complaint")),
            Place("/admin/root-causes", "split", N_("Root causes"), N_("Why it happened, for the report")),
            Place("/admin/responses", "reply", N_("Responses"), N_("Canned responses, macros and known answers")),
        ),
    ),
    Group(
        N_("Promises"),
        (
            Place("/admin/sla", "timer", N_("SLA policies"), N_("How fast we promise to be, previewed before it holds")),
            Place("/admin/calendars", "clock", N_("Calendars"), N_("Business hours and holidays")),
        ),
    ),
    Group(
        N_("Automation"),
        (
            Place("/admin/workflows", "route", N_("Workflows"), N_("What happens by itself, tried before it is on")),
            Place("/admin/webhooks", "unplug", N_("Webhooks"), N_("Other systems that are told")),
        ),
    ),
    Group(
        N_("E-mail"),
        (
            Place("/admin/templates", "mail", N_("E-mail templates"), N_("The words of our e-mails")),
            Place("/admin/mailbox", "inbox", N_("Incoming mail"), N_("What became of every mail")),
            Place("/admin/outbox", "archive", N_("Outbox"), N_("Mail that stays here without a mail server")),
            Place("/admin/deliveries", "send", N_("Deliveries"), N_("What went out, what did not, and why")),
        ),
    ),
    Group(
        N_("Installation"),
        (
            Place("/admin/settings", "settings", N_("Settings"), N_("What holds for everybody")),
            Place("/admin/tokens", "lock", N_("API tokens"), N_("Keys for programs")),
            Place("/admin/audit", "history", N_("Audit log"), N_("Who changed what, and when. Nothing in it can be changed.")),
            Place("/schema", "command", N_("API reference"), N_("Everything on these pages, for programs")),
        ),
    ),
)  # fmt: skip
