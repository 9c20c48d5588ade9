"""Templates people wrote can print, choose and repeat, and nothing else."""

import time

import pytest

from api.notifications.letter import preview
from api.notifications.rules.choices import TOPICS
from api.notifications.rules.words import LANGUAGES, SAMPLE, default_words
from api.sandbox import MAX_OUTPUT, TemplateProblem, check, in_thread, render

VALUES = {"ticket": {"subject": "<b>x</b>"}, "rows": [1, 2, 3]}

ATTACKS = [
    "{{ ticket.__class__ }}",
    "{{ ticket.__class__.__mro__[1].__subclasses__() }}",
    "{{ ''.join(['a']) }}",
    "{{ 'a' * 1000000000 }}",
    "{{ 9 ** 9 ** 9 }}",
    "{{ range(10) }}",
    "{{ cycler }}",
    "{{ self }}",
    "{% include 'x' %}",
    "{% import 'x' as y %}",
    "{% extends 'x' %}",
    "{% set x = 1 %}",
    "{% macro m() %}{% endmacro %}",
    "{% for a in rows recursive %}{{ loop(rows) }}{% endfor %}",
    "{% for a in rows %}{% for b in rows %}{% for c in rows %}x{% endfor %}{% endfor %}{% endfor %}",
    "{{ ticket | attr('__class__') }}",
    "{{ ticket.subject | safe }}",
    "{{ rows | map(attribute='__class__') }}",
    "{{ ticket['subject'] }}",
    "{{ lipsum.__globals__ }}",
    "{{ missing }}",
    "{{ ticket.missing }}",
    "{% if %}",
    "{{ " + "(" * 5_000 + "1" + ")" * 5_000 + " }}",
]


@pytest.mark.parametrize("source", ATTACKS, ids=lambda source: source[:40])
def test_what_a_template_may_not_do_it_cannot(source: str) -> None:
    with pytest.raises(TemplateProblem):
        render(source, VALUES, is_html=True)


def test_values_are_escaped_in_html_and_nowhere_else() -> None:
    assert render("{{ ticket.subject }}", VALUES, is_html=True) == "&lt;b&gt;x&lt;/b&gt;"
    assert render("{{ ticket.subject }}", VALUES, is_html=False) == "<b>x</b>"


def test_output_is_cut_off() -> None:
    source = "{% for a in rows %}{% for b in rows %}{{ ticket.subject }}{% endfor %}{% endfor %}"
    long = {"ticket": {"subject": "x" * MAX_OUTPUT}, "rows": [1, 2, 3]}
    with pytest.raises(TemplateProblem, match="longer"):
        render(source, long, is_html=False)


async def test_a_rendering_that_does_not_end_is_left_behind() -> None:
    begun = time.monotonic()
    with pytest.raises(TemplateProblem, match="not finished"):
        await in_thread(lambda: str(time.sleep(3)))
    assert time.monotonic() - begun < 2.9


@pytest.mark.parametrize("topic", TOPICS)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_words_that_come_with_redress_render(topic: str, language: str) -> None:
    words = default_words(topic, language)
    check(words.html, SAMPLE)
    subject, text, html = await preview(words, language)
    assert subject.startswith("[RD-7F3K-29QX]") and "It works again." in text
    assert "<blockquote><p>It works again.</p></blockquote>" in html and html.startswith("<!doctype html>")
