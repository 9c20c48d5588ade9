"""The words of e-mails that bring pages of the dashboards."""

from api.notifications.rules.words import Words

TITLES = {
    "en": {
        "backlog": "Backlog",
        "compliance": "Compliance",
        "breaches": "Breaches",
        "productivity": "Productivity",
        "workload": "Workload",
        "satisfaction": "Satisfaction",
        "topics": "Topics and root causes",
        "repeats": "Repeat complaints",
        "process_map": "Process map",
        "time_logged": "Time logged",
    },
    "de": {
        "backlog": "Rückstand",
        "compliance": "Einhaltung",
        "breaches": "Verletzungen",
        "productivity": "Produktivität",
        "workload": "Auslastung",
        "satisfaction": "Zufriedenheit",
        "topics": "Themen und Ursachen",
        "repeats": "Wiederholte Beschwerden",
        "process_map": "Prozesslandkarte",
        "time_logged": "Erfasste Zeit",
    },
}
_PERIOD = {"en": "{{ report.since }} to {{ report.until }}", "de": "{{ report.since }} bis {{ report.until }}"}
_SUBJECT = {
    "weekly_report": {"en": "the week", "de": "die Woche"},
    "monthly_report": {"en": "the month", "de": "der Monat"},
}
_SAID = {
    "en": ("Dear {{ recipient.name }},", "here is what your teams' dashboards say of"),
    "de": ("Guten Tag {{ recipient.name }},", "das sagen die Auswertungen Ihrer Teams über"),
}
_CHOSEN = {
    "en": "You chose these pages in your preferences:",
    "de": "Sie haben diese Seiten in Ihren Einstellungen gewählt:",
}


def report_words(kind: str, language: str) -> Words:
    """The words of a `weekly_report` or `monthly_report`."""
    greeting, said = _SAID[language]
    period = _PERIOD[language]
    text = f"""{greeting}

{said} {period}:
{{% for page in report.pages %}}
- {{{{ page.title }}}}: {{{{ page.url }}}}
{{% endfor %}}

{_CHOSEN[language]} {{{{ report.preferences_url }}}}
"""
    html = f"""<p>{greeting}</p>
<p>{said} {period}:</p>
<ul>{{% for page in report.pages %}}<li><a href="{{{{ page.url }}}}">{{{{ page.title }}}}</a></li>{{% endfor %}}</ul>
<p style="font-size:13px;color:#595959">{_CHOSEN[language]} <a href="{{{{ report.preferences_url }}}}">{{{{ report.preferences_url }}}}</a></p>
"""
    return Words(f"{{{{ installation.name }}}}: {_SUBJECT[kind][language]} {period}", text, html)
