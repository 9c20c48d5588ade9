"""The fields an administrator added, as a form asks for them: texts in, values of their types out."""

from collections.abc import Sequence

import msgspec

from api.custom_fields.rules import MAX_LENGTH, Definition, Value, checked
from api.custom_fields.wire import CustomField
from api.errors import Invalid
from api.web.forms import Form
from api.web.language import Translate


def name_of(field: CustomField) -> str:
    """What the field is called in a form, and in a problem that is about it."""
    return f"custom_fields.{field.key}"


def read_custom_fields(
    form: Form, fields: Sequence[CustomField], _: Translate, *, is_complete: bool
) -> dict[str, Value]:
    """What was filled in, by key; with a problem at each field that takes no such value or, if the form must be complete,
    is required and empty."""
    values: dict[str, Value] = {}
    for field in fields:
        try:
            value = checked(msgspec.convert(field, Definition, from_attributes=True), _meant(form, field))
        except Invalid:
            form.problems[name_of(field)] = _refusal(field, _)
            continue
        if value is not None:
            values[field.key] = value
        elif is_complete and field.is_required:
            form.problems[name_of(field)] = _("Please fill this in.")
    return values


def _meant(form: Form, field: CustomField) -> Value:
    text = form[name_of(field)]
    match field.type:
        case "multiselect":
            return form.texts(name_of(field))
        case "checkbox":
            return text == "true" if field.is_required or text else None
        case "number":
            return _number(text)
        case _:
            return text


def _number(text: str) -> Value:
    """The number, written with a point or a comma; what is none stays a text, which no number field takes."""
    plain = text.replace(",", ".") if text.count(",") == 1 and "." not in text else text
    try:
        return float(plain) if "." in plain else int(plain)
    except ValueError:
        return text


def _refusal(field: CustomField, _: Translate) -> str:
    match field.type:
        case "number":
            return _("Please write a number.")
        case "date":
            return _("Please write a day, for example 2026-01-31.")
        case "text" | "textarea":
            return _("At most %(n)s characters.", n=MAX_LENGTH[field.type])
        case _:
            return _("This is not possible here.")
