"""Forms: what a browser sent, as text; what of it is wrong, in the reader's words; and the wire Struct it makes."""

import re
import secrets
from typing import Any, TypeVar

import msgspec

from api.errors import Problem
from api.web import words
from api.web.http import WebRequest
from api.web.language import Translate
from api.web.words import N_

T = TypeVar("T", bound=msgspec.Struct)

KEY = "idempotency_key"
PASSWORDS = ("password", "current", "new")
"""Fields whose spaces count."""

_LONGER = re.compile(r"length >= (\d+)")
_SHORTER = re.compile(r"length <= (\d+)")
_LEAST = re.compile(r"`(?:int|float)` >= ([\d.]+)")
_MOST = re.compile(r"`(?:int|float)` <= ([\d.]+)")


class Form:
    """A form as it was sent, or as it is first shown. Fields that were not sent read as empty."""

    def __init__(
        self,
        values: dict[str, str] | None = None,
        _: Translate | None = None,
        repeated: list[tuple[str, str]] | None = None,
    ) -> None:
        self.values = values or {}
        self.repeated = repeated or []
        self.problems: dict[str, str] = _Texts()
        self.problem = ""
        self._ = _ or _plain

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")

    @property
    def key(self) -> str:
        """The key that makes a form sent twice one command."""
        return self[KEY]

    @property
    def is_refused(self) -> bool:
        return bool(self.problem or self.problems)

    @property
    def first(self) -> str:
        """The first field with a problem."""
        return next(iter(self.problems), "")

    def whole(self, name: str) -> int | None:
        """A field that holds a whole number, or None."""
        text = self[name]
        return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else None

    def wholes(self, name: str) -> list[int]:
        """All whole numbers of a field that may be sent several times."""
        found = (Form({name: text}).whole(name) for key, text in self.repeated if key == name)
        return [number for number in found if number is not None]

    def texts(self, name: str) -> list[str]:
        """All values of a field that may be sent several times."""
        return [text for key, text in self.repeated if key == name]

    def convert(self, kind: type[T], /, **given: Any) -> T | None:
        """The wire Struct made of `given` (text is read as the field's type), or None with a problem at each bad field."""
        read: dict[str, Any] = {}
        types = {field.name: field.type for field in msgspec.structs.fields(kind)}
        for name, value in given.items():
            try:
                read[name] = msgspec.convert(value, types[name], strict=False)
            except msgspec.ValidationError as error:
                self.problems[name] = self._sentence(str(error))
        return kind(**read) if not self.problems else None

    def refuse_field(self, name: str, why: str = N_("This is not possible here."), **values: str) -> None:
        """Say at the field why its value is none; `why` is untranslated."""
        self.problems[name] = self._(why, **values)

    def refuse_span(self, name: str) -> None:
        """Say at the field how a span of time is written."""
        self.refuse_field(name, N_("Write a span as 3 d, 8 h or 1 h 30 m."))

    def refuse(self, problem: Problem) -> None:
        """Put a refusal where it belongs: at the field it names, or above the form."""
        sentence = self._(words.PROBLEM.get(problem.code, problem.detail))
        if problem.code == "idempotency.mismatch":
            self.values[KEY] = _new_key()  # sent once more, it is meant
        field = problem.extra.get("field")
        if isinstance(field, str) and field in self.values:
            self.problems[field] = sentence
        else:
            self.problem = sentence

    def _sentence(self, error: str) -> str:
        if found := _LONGER.search(error):
            least = int(found[1])
            return self._("Please fill this in.") if least == 1 else self._("At least %(n)s characters.", n=least)
        if found := _SHORTER.search(error):
            return self._("At most %(n)s characters.", n=found[1])
        if found := _LEAST.search(error):
            return self._("At least %(n)s.", n=found[1])
        if found := _MOST.search(error):
            return self._("At most %(n)s.", n=found[1])
        if "got `null`" in error:
            return self._("Please fill this in.")
        return self._("This is not possible here.")


class _Texts(dict[str, str]):
    """A dict whose missing keys read as empty, for templates."""

    def __missing__(self, name: str) -> str:
        return ""


def _plain(text: str, /, **values: Any) -> str:
    return text % values if values else text


def new_form(**values: str) -> Form:
    """A form that nobody filled in yet, with the key that it will be sent under."""
    return Form({KEY: _new_key(), **values})


def _new_key() -> str:
    return secrets.token_urlsafe(16)


async def read_form(request: WebRequest, _: Translate) -> Form:
    """What was sent: text fields, trimmed, line ends as `\\n`; of repeated fields the last. Files are not among it."""
    sent = await request.form()
    return form_of([(name, value) for name, value in sent.multi_items() if isinstance(value, str)], _)


def form_of(sent: list[tuple[str, str]], _: Translate) -> Form:
    """The form that these text fields make."""
    repeated = [(name, _clean(name, value)) for name, value in sent]
    return Form(dict(repeated), _, repeated)


def _clean(name: str, value: str) -> str:
    text = value.replace("\r\n", "\n")
    return text if name in PASSWORDS else text.strip()
