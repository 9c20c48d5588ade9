"""Which values a custom field takes, and what of them the log may hold. Pure."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal

import msgspec

from api.errors import Invalid
from api.events.hashes import salted_sha256

Type = Literal["text", "textarea", "number", "date", "select", "multiselect", "checkbox"]
Value = str | int | float | bool | list[str] | None

KEY = "^[a-z][a-z0-9_]{0,39}$"
CHOICES = ("select", "multiselect")
WORDS = ("text", "textarea")
MAX_LENGTH = {"text": 200, "textarea": 5_000}
MAX_NUMBER = 10**15
"""Numbers lie between its negative and it: a double holds every whole one of them."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Definition(msgspec.Struct, frozen=True, kw_only=True):
    """What a field is, as far as its values go."""

    key: str
    type: Type
    options: list[str]
    is_required: bool
    is_for_customers: bool
    is_active: bool


def check_options(type_: str, options: Sequence[str]) -> None:
    """Raise Invalid when a choice has no options or some twice, or when what is no choice has any."""
    if type_ in CHOICES and not options:
        raise Invalid("custom_field.options", "Name at least one option to choose.", field="options")
    if type_ not in CHOICES and options:
        raise Invalid("custom_field.options", "Only a select or multiselect has options.", field="options")
    if len(set(options)) != len(options):
        raise Invalid("custom_field.options", "Each option is named once.", field="options")


def merged(
    definitions: Mapping[str, Definition],
    present: Mapping[str, Any],
    given: Mapping[str, Value],
    *,
    by_customer: bool,
) -> dict[str, Any]:
    """A ticket's attributes after `given` was filled in; null or nothing empties a field, and what is not named stays.

    Raises Invalid naming the first field that is not there for whoever fills it in, or takes no such value.
    """
    after = dict(present)
    for key, value in given.items():
        definition = definitions.get(key)
        if definition is None or not definition.is_active or (by_customer and not definition.is_for_customers):
            raise Invalid("custom_field.unknown", f"There is no field {key}.", field=_place(key))
        kept = checked(definition, value)
        if kept is None:
            after.pop(key, None)
        else:
            after[key] = kept
    return after


def checked(definition: Definition, value: Value) -> Value:
    """The value as it is kept, None for none. Raises Invalid saying what the field takes."""
    if value is None or value in ("", []):
        return None
    match definition.type:
        case "text" | "textarea":
            return _words(definition, value)
        case "number":
            if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= MAX_NUMBER:
                raise _refused(definition, f"a number between -{MAX_NUMBER} and {MAX_NUMBER}")
        case "date":
            _check_day(definition, value)
        case "select":
            if value not in definition.options:
                raise _refused(definition, f"one of {', '.join(definition.options)}")
        case "multiselect":
            if not isinstance(value, list) or not set(value) <= set(definition.options):
                raise _refused(definition, f"a list of some of {', '.join(definition.options)}")
            return [option for option in definition.options if option in value]
        case "checkbox":
            if not isinstance(value, bool):
                raise _refused(definition, "true or false")
    return value


def logged(definitions: Mapping[str, Definition], salt: bytes, attributes: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes as the log may hold them: of what somebody wrote freely, the salted hash as `{"sha256": …}`."""
    free = {key for key, definition in definitions.items() if definition.type in WORDS}
    return {
        key: {"sha256": salted_sha256(salt, value)} if key in free and isinstance(value, str) else value
        for key, value in attributes.items()
    }


def missing(keys: Sequence[str]) -> Invalid:
    """The refusal of a ticket whose required fields `keys` are empty; `missing` names them all, `field` the first."""
    return Invalid("custom_field.required", f"Fill in {', '.join(keys)}.", field=_place(keys[0]), missing=list(keys))


def _words(definition: Definition, value: Value) -> str | None:
    length = MAX_LENGTH[definition.type]
    if not isinstance(value, str) or "\0" in value or len(value.strip()) > length:
        raise _refused(definition, f"text of at most {length} characters")
    if definition.type == "text" and len(value.strip().splitlines()) > 1:
        raise _refused(definition, "one line of text")
    return value.strip() or None


def _check_day(definition: Definition, value: Value) -> None:
    try:
        if not isinstance(value, str) or not _DAY.fullmatch(value):
            raise ValueError(value)
        date.fromisoformat(value)
    except ValueError as error:
        raise _refused(definition, "a day such as 2026-01-31") from error


def _refused(definition: Definition, takes: str) -> Invalid:
    return Invalid("custom_field.value", f"{definition.key} takes {takes}.", field=_place(definition.key))


def _place(key: str) -> str:
    return f"custom_fields.{key}"
