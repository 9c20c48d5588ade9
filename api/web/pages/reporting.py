"""Pages of the dashboards by e-mail, as the page of preferences shows them: page × how often. For staff."""

from typing import Any

import msgspec

from api.db import Read
from api.notifications.queries.reports import get_report_choices
from api.notifications.rules.reports import CADENCES, PAGES
from api.notifications.wire import ReportChoicePatch, ReportPatch
from api.web.forms import Form
from api.web.words import N_

REPORT = {
    "backlog": N_("Backlog"),
    "compliance": N_("Compliance"),
    "breaches": N_("Breaches"),
    "productivity": N_("Productivity"),
    "workload": N_("Workload"),
    "satisfaction": N_("Satisfaction"),
    "topics": N_("Topics and root causes"),
    "repeats": N_("Repeat complaints"),
    "process_map": N_("Process map"),
    "time_logged": N_("Time logged"),
}
CADENCE = {"weekly": N_("Every Monday"), "monthly": N_("On the first of the month")}


async def reporting_of(read: Read) -> dict[str, Any]:
    """The page's part of it; nothing for a customer. One statement."""
    if not read.actor.is_staff:
        return {"reports": {}}
    choices = (await get_report_choices(read)).reports
    on = {f"{choice.page}:{cadence}" for choice in choices for cadence in CADENCES if getattr(choice, cadence)}
    return {"reports": REPORT, "cadences": CADENCE, "reported": on}


def report_patch_of(form: Form) -> ReportPatch:
    """The whole grid as it was sent."""
    on = set(form.texts("reported"))
    rows = [{"page": page} | {cadence: f"{page}:{cadence}" in on for cadence in CADENCES} for page in PAGES]
    return ReportPatch(reports=msgspec.convert(rows, list[ReportChoicePatch]))
