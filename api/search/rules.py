"""The language of searches: `status:open priority:critical "exact words" -word assignee:me created:>2026-01-01 RD-7F3K-29QX`.

What is not a filter is looked for. Values are listed with commas (any of them counts); a filter may come again, which
adds to its values, but for tags and custom fields (`field:key=value`), of which a ticket must have all. What is between quotes is never a filter. Days are
days of the reader's time zone, and ranges hold both their ends.
"""

import re
from datetime import date, datetime, timedelta
from typing import Literal, cast, get_args
from zoneinfo import ZoneInfo

import msgspec

from api.custom_fields.rules import KEY
from api.errors import Invalid
from api.tickets.rules.number import parse_number
from api.tickets.wire import Priority, Status

MAX_LENGTH = 500
MAX_PARTS = 50
"""Words, phrases and values of filters in one search."""

Sort = Literal["relevance", "newest", "oldest", "updated"]
Is = Literal["active", "at_risk", "breached", "unassigned"]

_CHOICES = {"status": get_args(Status), "priority": get_args(Priority), "is": get_args(Is), "sort": get_args(Sort)}
_NAMES = ("assignee", "team", "category", "customer", "tag", "field")
_DAYS = ("created", "updated")
OPERATORS = (*_CHOICES, *_NAMES, *_DAYS, "number")
STAFF_OPERATORS = frozenset({"assignee", "team", "customer", "tag"})
"""What a customer is not offered: it would tell how the team works, or of others."""

_OPERATOR = re.compile(r"([A-Za-z_]+):(.*)", re.DOTALL)
_RANGE = re.compile(
    r"(>=|<=|>|<)?([0-9]{4}-[0-9]{2}-[0-9]{2})|([0-9]{4}-[0-9]{2}-[0-9]{2})\.\.([0-9]{4}-[0-9]{2}-[0-9]{2})"
)
_FIRST_YEAR, _LAST_YEAR = 1900, 2200


class Term(msgspec.Struct, frozen=True):
    """A word, or a phrase in quotes; `is_excluded` ones must not be there."""

    text: str
    is_phrase: bool = False
    is_excluded: bool = False


class Days(msgspec.Struct, frozen=True):
    """From a day on, before a day; either may be open."""

    first: date | None = None
    before: date | None = None


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """What a search says. Names are as they were typed."""

    terms: tuple[Term, ...] = ()
    numbers: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    priority: tuple[str, ...] = ()
    assignee: tuple[str, ...] = ()
    team: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    customer: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    field: tuple[str, ...] = ()
    """Each `key=value`."""
    is_: tuple[str, ...] = msgspec.field(default=(), name="is")
    created: Days = Days()
    updated: Days = Days()
    sort: Sort | None = None


def parse(text: str, *, is_staff: bool = True) -> Query:
    """Read a search. Raises Invalid, with a sentence for whoever typed it, and nothing else."""
    query = Query()
    for part in _parts(text):
        excluded = part.startswith("-")
        body = part.lstrip("-") if excluded else part
        operator = _OPERATOR.fullmatch(body)
        if operator and not operator[2].startswith("//"):
            query = _with_operator(query, operator[1].lower(), operator[2], excluded, is_staff=is_staff)
        elif (number := parse_number(body)) and body[:2].upper() == "RD" and not excluded:
            query = _with(query, "numbers", (number,))
        else:
            query = msgspec.structs.replace(query, terms=query.terms + _terms(body, excluded))
    return _bounded(query)


def parse_terms(text: str) -> tuple[Term, ...]:
    """The words and phrases of a text in which nothing is a filter. Raises Invalid when there are too many."""
    terms: tuple[Term, ...] = ()
    for part in _parts(text):
        terms += _terms(part.lstrip("-"), part.startswith("-"))
    return _bounded(Query(terms=terms)).terms


def render(query: Query) -> str:
    """The search as somebody would type it: `parse(render(query)) == query` for whatever `parse` gave."""
    parts: list[str] = []
    for name in (*_CHOICES, *_NAMES):
        values = getattr(query, "is_" if name == "is" else name)
        if name == "sort":
            values = (query.sort,) if query.sort else ()
        parts += [f"{name}:{','.join(_quoted(value) for value in values)}"] if values else []
    for name in _DAYS:
        days: Days = getattr(query, name)
        parts += [f"{name}:>={days.first}"] if days.first else []
        parts += [f"{name}:<{days.before}"] if days.before else []
    return " ".join([*parts, *query.numbers, *(_term(term) for term in query.terms)])


def websearch(terms: tuple[Term, ...]) -> str:
    """The terms as `websearch_to_tsquery` reads them."""
    return " ".join(_term(term) for term in terms)


def any_of(terms: tuple[Term, ...]) -> str:
    """The same, asking for any of the wanted terms: what is highlighted."""
    return " or ".join(_term(term) for term in terms if not term.is_excluded and term.text.lower() != "or")


def instants(days: Days, time_zone: str) -> tuple[datetime | None, datetime | None]:
    """When the first day begins and the day before which it ends begins, in that time zone."""
    zone = ZoneInfo(time_zone)
    first, before = (
        datetime(day.year, day.month, day.day, tzinfo=zone) if day else None for day in (days.first, days.before)
    )
    return first, before


def _parts(text: str) -> list[str]:
    """The text at its white space, but for that between quotes. A quote that is left open ends with the text."""
    if len(text) > MAX_LENGTH:
        raise Invalid("search.too_long", f"A search has at most {MAX_LENGTH} characters.", field="q")
    return re.findall(r'(?:[^\s"]|"[^"]*(?:"|$))+', text.replace("\0", " "))


def _terms(body: str, excluded: bool) -> tuple[Term, ...]:
    """A phrase, or the words around and between quotes."""
    found: list[Term] = []
    for index, piece in enumerate(body.split('"')):
        text = " ".join(piece.split())
        if index % 2 and text:
            found.append(Term(text, is_phrase=True, is_excluded=excluded))
        elif text := text.lstrip("-"):
            found.append(Term(text, is_phrase=_is_special(text), is_excluded=excluded))
    return tuple(found)


def _is_special(word: str) -> bool:
    """Whether the word, written alone, would be read as a filter or a number."""
    operator = _OPERATOR.fullmatch(word)
    return bool(operator and not operator[2].startswith("//")) or (
        word[:2].upper() == "RD" and bool(parse_number(word))
    )


def _with_operator(query: Query, name: str, text: str, excluded: bool, *, is_staff: bool) -> Query:
    if name not in OPERATORS or (name in STAFF_OPERATORS and not is_staff):
        raise _unknown(name, is_staff=is_staff)
    if excluded:
        raise Invalid("search.excluded", f"“{name}:” cannot be excluded; list the values you want.", field="q")
    values = tuple(value for value in _values(text) if value)
    if not values:
        raise Invalid("search.empty", f"“{name}:” needs a value.", field="q")
    if name in _DAYS:
        for value in values:
            query = msgspec.structs.replace(query, **{name: _both(getattr(query, name), _days(name, value))})
        return query
    if name == "number":
        return _with(query, "numbers", tuple(_number(value) for value in values))
    if name == "field":
        values = tuple(_field(value) for value in values)
    if name in _CHOICES:
        values = tuple(_choice(name, value) for value in values)
    if name == "sort":
        return msgspec.structs.replace(query, sort=cast("Sort", values[-1]))
    return _with(query, "is_" if name == "is" else name, values)


def _with(query: Query, field: str, values: tuple[str, ...]) -> Query:
    """The query with the values added, each once."""
    return msgspec.structs.replace(query, **{field: tuple(dict.fromkeys((*getattr(query, field), *values)))})


def _values(text: str) -> list[str]:
    """`"Field service",Support` as two."""
    pieces = re.findall(r'(?:[^",]|"[^"]*(?:"|$))+', text)
    return [" ".join(piece.replace('"', " ").split()) for piece in pieces]


def _choice(name: str, value: str) -> str:
    chosen = value.lower().replace("-", "_").replace(" ", "_")
    if chosen not in _CHOICES[name]:
        allowed = ", ".join(_CHOICES[name])
        raise Invalid(
            "search.value",
            f"“{name}:” is one of {allowed}; “{value}” is none of them.",
            field="q",
            allowed=_CHOICES[name],
        )
    return chosen


def _number(value: str) -> str:
    number = parse_number(value)
    if number is None:
        raise Invalid("search.number", f"“{value}” is not a ticket number; one looks like RD-7F3K-29QX.", field="q")
    return number


def _field(value: str) -> str:
    key, separator, wanted = (piece.strip() for piece in value.partition("="))
    if not (separator and wanted and re.fullmatch(KEY, key.lower())):
        raise Invalid("search.field", f"“field:{value}” is no field; write field:key=value.", field="q")
    return f"{key.lower()}={wanted}"


def _days(name: str, value: str) -> Days:
    found = _RANGE.fullmatch(value.replace(" ", ""))
    try:
        if found is None:
            raise ValueError(value)
        first, last = (date.fromisoformat(found[group]) if found[group] else None for group in (3, 4))
        if first is None or last is None:
            day = date.fromisoformat(found[2])
            first = {">": day + timedelta(days=1), "<": None, "<=": None}.get(found[1], day)
            last = {"<": day - timedelta(days=1), ">": None, ">=": None}.get(found[1], day)
        if not all(_FIRST_YEAR <= day.year <= _LAST_YEAR for day in (first, last) if day):
            raise ValueError(value)
    except (ValueError, OverflowError) as error:
        raise Invalid(
            "search.day",
            f"“{name}:{value}” is not a day or a range of days; write {name}:2026-01-31, {name}:>2026-01-31 or "
            f"{name}:2026-01-01..2026-01-31.",
            field="q",
        ) from error
    return Days(first, last + timedelta(days=1) if last else None)


def _both(one: Days, other: Days) -> Days:
    """What lies in both."""
    firsts = [day for day in (one.first, other.first) if day]
    befores = [day for day in (one.before, other.before) if day]
    return Days(max(firsts, default=None), min(befores, default=None))


def _bounded(query: Query) -> Query:
    count = len(query.terms) + sum(
        len(value)
        for name in query.__struct_fields__
        if isinstance(value := getattr(query, name), tuple) and name != "terms"
    )
    if count > MAX_PARTS:
        raise Invalid(
            "search.too_many", f"A search has at most {MAX_PARTS} words and filters; this one has {count}.", field="q"
        )
    return query


def _unknown(name: str, *, is_staff: bool) -> Invalid:
    known = [operator for operator in OPERATORS if is_staff or operator not in STAFF_OPERATORS]
    return Invalid(
        "search.operator",
        f"There is no filter “{name}:”. There are {', '.join(known)}. To look for the words, put them between quotes.",
        field="q",
        allowed=known,
    )


def _quoted(value: str) -> str:
    return f'"{value}"' if re.search(r"[\s,]", value) else value


def _term(term: Term) -> str:
    text = f'"{term.text}"' if term.is_phrase else term.text
    return f"-{text}" if term.is_excluded else text
