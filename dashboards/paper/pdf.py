"""What was noted of a page as a PDF: numbers, figures, sentences, the first rows of each list, and what it was narrowed by."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from api.exports.files.pages import typeset
from dashboards.paper.cells import heads, lines, numbers
from dashboards.paper.marks import marks
from dashboards.report import Drawn, Heading, Listed, Notes, Said
from dashboards.words import count, instant, plain

ROWS = 25
"""Rows of a list on paper; its files hold all."""
COLUMNS = 9


def pdf(title: str, question: str, chosen: Sequence[tuple[str, str]], noted: Notes, made_at: datetime) -> bytes:
    """The page as a tagged PDF. `chosen` names what it was narrowed by."""
    return typeset("report", document(title, question, chosen, noted, made_at))


def document(
    title: str, question: str, chosen: Sequence[tuple[str, str]], noted: Notes, made_at: datetime
) -> dict[str, Any]:
    """Data of `report.typ`."""
    return {
        "product": "Redress",
        "title": title,
        "warning": None,
        "question": question,
        "made": f"{title} · made {instant(made_at)}",
        "chosen": [list(pair) for pair in chosen],
        "metrics": [list(metric) for metric in noted.metrics],
        "period": plain(noted.period),
        "body": [_part(part) for part in _without_empty(noted.body)],
        "footer": plain(noted.footer),
    }


def _without_empty(body: Sequence[Heading | Said | Drawn | Listed]) -> list[Heading | Said | Drawn | Listed]:
    """Without headings that nothing stands below."""
    after = [*body[1:], Heading("")]
    return [
        part
        for part, then in zip(body, after, strict=True)
        if not (isinstance(part, Heading) and isinstance(then, Heading))
    ]


def _part(part: Heading | Said | Drawn | Listed) -> dict[str, Any]:
    match part:
        case Heading(title=title):
            return {"is": "heading", "title": title}
        case Said(text=text):
            return {"is": "said", "runs": list(_runs(text))}
        case Drawn(chart=chart, reading=reading):
            return {"is": "chart", "reading": plain(reading), **marks(chart)}
        case Listed(rows=rows):
            titles = list(heads(part).values())[:COLUMNS]
            more = f"The first {ROWS} of {count(len(rows))} rows; the workbook holds all." if len(rows) > ROWS else ""
            return {
                "is": "list",
                "heads": titles,
                "numbers": numbers(part)[:COLUMNS],
                "rows": [row[:COLUMNS] for row in lines(part, ROWS)],
                "more": more,
            }


def _runs(text: str) -> Iterable[tuple[str, str]]:
    """Streamlit's marks as runs: a style (`plain`, `strong`, `quiet`) and words."""
    for run in re.finditer(r":gray\[([^\]]*)\]|\*\*([^*]+)\*\*|((?:(?!:gray\[|\*\*).)+)", text):
        quiet, strong, words = run.groups()
        style = "quiet" if quiet else "strong" if strong else "plain"
        yield style, plain(re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", quiet or strong or words))
