"""Fields of an administrator's form: how each is shown, read, and filled from what there is."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeVar

import msgspec

from api.web.forms import Form
from api.web.language import Translate
from api.web.spans import read_span, span_text

T = TypeVar("T", bound=msgspec.Struct)
MEGABYTE = 1024 * 1024
Kind = Literal[
    "text",
    "email",
    "password",
    "number",
    "percent",
    "megabytes",
    "span",
    "long",
    "choice",
    "several",
    "check",
    "lines",
    "words",
]
Choices = Mapping[str, Sequence[tuple[Any, str]]]
"""By a field's name: (value, label) of each choice, labels in the reader's language."""


class Field(msgspec.Struct, frozen=True):
    """A named value of a wire Struct. Texts are untranslated.

    `several` is a list of choices, `lines` a list of texts with one on each line, `words` one with commas between them,
    `span` seconds written as `1 d 4 h`, `percent` a share of 1, `megabytes` bytes. `is_null_when_empty` tells no text from an empty one.
    """

    name: str
    label: str
    kind: Kind = "text"
    hint: str = ""
    is_required: bool = False
    is_null_when_empty: bool = False
    max_length: int = 100
    group: str = ""
    """A heading above this field, where a group of fields begins."""
    is_only_new: bool = False
    """Whether it is said once, when the thing is made."""

    @property
    def is_wide(self) -> bool:
        """Whether it takes a line of its own."""
        return self.kind in ("long", "lines", "words", "several", "check") or (
            self.max_length > 100 and self.kind != "email"
        )


def fields_of(fields: Sequence[Field], kind: type[msgspec.Struct]) -> list[Field]:
    """Those of the fields that the Struct has."""
    return [field for field in fields if field.name in kind.__struct_fields__]


def values_of(form: Form, fields: Sequence[Field]) -> dict[str, Any]:
    """What the form says of each field, as far as its kind tells; what is no such value is a problem at the field."""
    return {field.name: _value(form, field) for field in fields}


def read_struct(form: Form, fields: Sequence[Field], kind: type[T]) -> T | None:
    """The Struct made of those fields it has, or None with a problem at each bad field."""
    values = values_of(form, fields_of(fields, kind))
    return form.convert(kind, **values) if not form.is_refused else None


def filled(fields: Sequence[Field], source: Any, _: Translate) -> Form:
    """A form that says of each field what `source` (a Struct or a dict) holds."""
    values = source if isinstance(source, dict) else msgspec.structs.asdict(source)
    repeated: list[tuple[str, str]] = []
    texts: dict[str, str] = {}
    for field in fields:
        value = values.get(field.name)
        if field.kind == "several":
            repeated += [(field.name, str(each)) for each in value or ()]
        else:
            texts[field.name] = _text(field, value)
    return Form(texts, _, repeated)


def _value(form: Form, field: Field) -> Any:
    text = form[field.name]
    match field.kind:
        case "check":
            return text == "1"
        case "several":
            return form.texts(field.name)
        case "lines":
            return [line.strip() for line in text.splitlines() if line.strip()]
        case "words":
            return [word.strip() for word in text.split(",") if word.strip()]
        case "span":
            return _seconds(form, field, text)
        case "percent":
            return _number(text.removesuffix("%"), 1 / 100)
        case "megabytes":
            size = _number(text.removesuffix("MB"), MEGABYTE)
            return round(size) if isinstance(size, float) else size
        case _:
            is_null = field.is_null_when_empty or field.kind in ("number", "choice")
            return None if is_null and not text else text


def _number(text: str, unit: float) -> float | str:
    """So many units, or the text when it is no number."""
    number = text.replace(",", ".").strip()
    return float(number) * unit if number.replace(".", "", 1).isdecimal() and number.isascii() else number


def _seconds(form: Form, field: Field, text: str) -> int | None:
    seconds = read_span(text) if text else None
    if text and seconds is None:
        form.refuse_span(field.name)
    return seconds


def _text(field: Field, value: Any) -> str:
    if value is None or value is msgspec.UNSET:
        return ""
    match field.kind:
        case "check":
            return "1" if value else ""
        case "lines":
            return "\n".join(value)
        case "words":
            return ", ".join(value)
        case "span":
            return span_text(value)
        case "percent":
            return f"{value * 100:g}"
        case "megabytes":
            return f"{value / MEGABYTE:g}"
        case _:
            return str(value)
