"""The words of e-mails as they come with Redress, and the variables that any words may use."""

from typing import Any

import msgspec
from markupsafe import Markup

LANGUAGES = ("en", "de")


class Words(msgspec.Struct, frozen=True):
    """The three templates of an e-mail: subject, plain text, and the body of the HTML."""

    subject: str
    text: str
    html: str


_SENTENCES = {
    "en": {
        "created": "We have received your complaint. You can answer this e-mail to add to it.",
        "assigned": "This ticket is yours now.",
        "customer_replied": "The customer has replied.",
        "comment_added": "There is an answer.",
        "mention": "You were mentioned.",
        "status_changed": "The status is now: {{ ticket.status }}.",
        "resolved": "We consider this solved. If it is not, answer this e-mail.",
        "at_risk": "A deadline is at risk.",
        "breached": "A deadline was missed.",
        "escalated": "This ticket was escalated.",
    },
    "de": {
        "created": "Wir haben Ihre Beschwerde erhalten. Sie können auf diese E-Mail antworten, um etwas zu ergänzen.",
        "assigned": "Dieses Ticket gehört jetzt Ihnen.",
        "customer_replied": "Der Kunde hat geantwortet.",
        "comment_added": "Es gibt eine Antwort.",
        "mention": "Sie wurden erwähnt.",
        "status_changed": "Der Status ist jetzt: {{ ticket.status }}.",
        "resolved": "Wir halten das für gelöst. Wenn nicht, antworten Sie auf diese E-Mail.",
        "at_risk": "Eine Frist ist gefährdet.",
        "breached": "Eine Frist wurde versäumt.",
        "escalated": "Dieses Ticket wurde eskaliert.",
    },
}
_SUBJECT = "[{{ ticket.number }}] {{ ticket.subject }}"
RESET = "password_reset"
"""A link for a new password is of this kind. Its words are nobody's to change: without the link they let nobody in."""

RESET_WORDS = {
    "en": Words(
        "{{ installation.name }}: a new password",
        """Dear {{ recipient.name }},

somebody, you we hope, wants to set a new password for your account. This link does that, once, within an hour:

{{ reset.url }}

If it was not you, do nothing: your password stays as it is.
""",
        """<p>Dear {{ recipient.name }},</p>
<p>somebody, you we hope, wants to set a new password for your account. This link does that, once, within an hour:</p>
<p><a href="{{ reset.url }}">Set a new password</a></p>
<p>If it was not you, do nothing: your password stays as it is.</p>
""",
    ),
    "de": Words(
        "{{ installation.name }}: ein neues Passwort",
        """Guten Tag {{ recipient.name }},

jemand, hoffentlich Sie selbst, möchte für Ihr Konto ein neues Passwort setzen. Das geht mit diesem Link, einmal, innerhalb einer Stunde:

{{ reset.url }}

Wenn Sie das nicht waren, tun Sie nichts: Ihr Passwort bleibt, wie es ist.
""",
        """<p>Guten Tag {{ recipient.name }},</p>
<p>jemand, hoffentlich Sie selbst, möchte für Ihr Konto ein neues Passwort setzen. Das geht mit diesem Link, einmal, innerhalb einer Stunde:</p>
<p><a href="{{ reset.url }}">Ein neues Passwort setzen</a></p>
<p>Wenn Sie das nicht waren, tun Sie nichts: Ihr Passwort bleibt, wie es ist.</p>
""",
    ),
}
_ASK = {"en": "How did we do? Tell us with one click:", "de": "Wie waren wir? Sagen Sie es mit einem Klick:"}
_TEXT = """%(sentence)s
{%% for comment in comments %%}

{{ comment.author }}:

{{ comment.text }}
{%% endfor %%}

{{ ticket.number }}: {{ ticket.subject }}
{{ ticket.url }}
{%% if ticket.rating_url %%}

%(ask)s
{{ ticket.rating_url }}
{%% endif %%}
"""
_HTML = """<p>%(sentence)s</p>
{%% for comment in comments %%}
<p><strong>{{ comment.author }}</strong></p>
<blockquote>{{ comment.html }}</blockquote>
{%% endfor %%}
<p><a href="{{ ticket.url }}">{{ ticket.number }}: {{ ticket.subject }}</a></p>
{%% if ticket.rating_url %%}
<p><a href="{{ ticket.rating_url }}">%(ask)s</a></p>
{%% endif %%}
"""
WRITTEN = "workflow"
"""What a workflow writes is of this kind; its words come with it."""

WRITTEN_WORDS = Words(
    "{{ said.subject }}",
    "{{ said.text }}\n\n{{ ticket.number }}: {{ ticket.url }}\n",
    '{{ said.html }}\n<p><a href="{{ ticket.url }}">{{ ticket.number }}: {{ ticket.subject }}</a></p>\n',
)
LAYOUT = """<!doctype html>
<html lang="{{ language }}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{ title }}</title></head>
<body style="margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif;color:#1a1a1a;background:#ffffff">
<div style="max-width:600px;margin:0 auto">
<p style="font-weight:600">{{ installation.name }}</p>
{{ body }}
{% if unsubscribe_url %}<p style="font-size:13px;color:#595959"><a href="{{ unsubscribe_url }}" style="color:#595959">{{ unsubscribe }}</a></p>{% endif %}
</div>
</body>
</html>
"""
UNSUBSCRIBE = {"en": "No more e-mails of this kind", "de": "Keine solchen E-Mails mehr"}

SAMPLE: dict[str, Any] = {
    "recipient": {"name": "Jane Smith"},
    "installation": {"name": "Redress", "url": "https://example.com"},
    "ticket": {
        "number": "RD-7F3K-29QX",
        "subject": "The router drops every night",
        "status": "in progress",
        "priority": "high",
        "url": "https://example.com/complaints/RD-7F3K-29QX",
        "rating_url": "https://example.com/rate/AAAAAAAAACoAAAAAZq",
    },
    "comments": [{"author": "Alex", "text": "It works again.", "html": Markup("<p>It works again.</p>")}],
}
"""Every variable a template may use, with something to preview it by."""


def sentence(topic: str, language: str) -> str:
    """What happened, as a template of one sentence, in English where a language is missing."""
    return _SENTENCES.get(language, _SENTENCES["en"])[topic]


def default_words(topic: str, language: str) -> Words:
    """The words of a topic as they come with Redress, in English where a language is missing."""
    told = {"sentence": sentence(topic, language), "ask": _ASK.get(language, _ASK["en"])}
    return Words(_SUBJECT, _TEXT % told, _HTML % told)
