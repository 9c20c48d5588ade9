"""What a person is told and how, as the page of preferences shows it: topic × channel, quiet hours, browsers."""

from typing import Any

import msgspec
from babel.dates import get_day_names

from api.actor import Actor
from api.db import Read
from api.notifications.queries.choices import get_notification_preferences
from api.notifications.queries.push import list_push_subscriptions
from api.notifications.rules.choices import ALWAYS, CHANNELS, CUSTOMER_TOPICS, TOPICS
from api.notifications.rules.push import public_key
from api.notifications.wire import ChoicePatch, PreferencesPatch, Quiet
from api.web.forms import Form, new_form
from api.web.words import N_

TOPIC = {
    "created": N_("Your complaint was received"),
    "assigned": N_("Assigned to you"),
    "customer_replied": N_("The customer replied"),
    "comment_added": N_("New comment"),
    "mention": N_("You were mentioned"),
    "status_changed": N_("The status changed"),
    "resolved": N_("It was resolved"),
    "at_risk": N_("A deadline is at risk"),
    "breached": N_("A deadline was missed"),
    "escalated": N_("Escalated"),
}
CHANNEL = {"in_app": N_("In the app"), "email": N_("By e-mail"), "push": N_("In browsers")}


async def telling_of(read: Read, language: str, push_key: str, form: Form | None) -> dict[str, Any]:
    """The page's part of it: as it is, or as it was just filled in. Two statements."""
    preferences = await get_notification_preferences(read)
    quiet = preferences.quiet
    on = {
        f"{choice.topic}:{channel}"
        for choice in preferences.choices
        for channel in CHANNELS
        if getattr(choice, channel)
    }
    return {
        "topics": {topic: TOPIC[topic] for topic in _topics(read.actor)},
        "channels": CHANNEL,
        "required": {f"{topic}:email" for topic in ALWAYS if not read.actor.is_staff},
        "told": set(form.texts("told")) if form else on,
        "hours": form or new_form(starts_at=quiet.starts_at or "", ends_at=quiet.ends_at or ""),
        "weekdays": set(form.wholes("weekdays") if form else quiet.weekdays),
        "days": [(number + 1, name) for number, name in get_day_names("wide", locale=language).items()],
        "push_key": public_key(push_key) if push_key else "",
        "browsers": await list_push_subscriptions(read),
    }


def patch_of(actor: Actor, form: Form) -> PreferencesPatch | None:
    """The whole grid and the hours as they were sent, or None with a problem at each bad field."""
    hours = {name: form[name] or None for name in ("starts_at", "ends_at")}
    quiet = form.convert(Quiet, **hours, weekdays=form.wholes("weekdays"))
    if quiet is None:
        return None
    told = set(form.texts("told")) | {f"{topic}:email" for topic in ALWAYS}
    rows = [
        {"topic": topic} | {channel: f"{topic}:{channel}" in told for channel in CHANNELS} for topic in _topics(actor)
    ]
    return PreferencesPatch(choices=msgspec.convert(rows, list[ChoicePatch]), quiet=quiet)


def _topics(actor: Actor) -> tuple[str, ...]:
    """Those that people of this role ever hear of."""
    if actor.is_staff:
        return tuple(topic for topic in TOPICS if topic not in ALWAYS)
    return tuple(topic for topic in TOPICS if topic in CUSTOMER_TOPICS)
