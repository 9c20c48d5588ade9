"""A tree of conditions: what it may say, and whether it holds for a ticket. One form for reaction, sweep and dry run."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

import msgspec

Trigger = Literal[
    "ticket.created",
    "status_change",
    "priority_change",
    "assignment",
    "comment",
    "escalation",
    "sla_breach",
    "at_risk",
    "time_based",
]
Operator = Literal[
    "is",
    "is_not",
    "in",
    "not_in",
    "is_set",
    "is_not_set",
    "has_any",
    "has_all",
    "has_none",
    "contains",
    "not_contains",
    "at_least",
    "less_than",
]
Kind = Literal["choice", "reference", "tags", "words", "number", "flag", "custom"]
Facts = Mapping[str, Any]
"""Field → value, as named in FIELDS; `custom.<key>` lie under `custom_attributes`."""

MAX_DEPTH = 5
MAX_LEAVES = 50
MAX_VALUES = 50
CUSTOM = "custom."

OPERATORS: dict[Kind, tuple[Operator, ...]] = {
    "choice": ("is", "is_not", "in", "not_in"),
    "reference": ("is", "is_not", "in", "not_in", "is_set", "is_not_set"),
    "tags": ("has_any", "has_all", "has_none"),
    "words": ("contains", "not_contains"),
    "number": ("at_least", "less_than"),
    "flag": ("is",),
    "custom": ("is", "is_not", "in", "not_in", "contains", "not_contains", "at_least", "less_than", "is_set", "is_not_set"),
}  # fmt: skip
_STATUSES = ("open", "assigned", "in_progress", "pending", "escalated", "resolved", "closed")
_PRIORITIES = ("critical", "high", "medium", "low")
FIELDS: dict[str, Kind] = {
    "status": "choice",
    "priority": "choice",
    "source": "choice",
    "category_id": "reference",
    "team_id": "reference",
    "skill_id": "reference",
    "assigned_agent_id": "reference",
    "customer_id": "reference",
    "organisation_id": "reference",
    "tags": "tags",
    "customer_tags": "tags",
    "subject": "words",
    "escalation_level": "number",
    "reopen_count": "number",
    "hours_since_created": "number",
    "hours_since_updated": "number",
    "hours_since_status_change": "number",
    "is_breached": "flag",
    "old_status": "choice",
    "old_priority": "choice",
    "comment_is_public": "flag",
    "comment_is_by_customer": "flag",
    "sla_target": "choice",
}
CHOICES: dict[str, tuple[str, ...]] = {
    "status": _STATUSES,
    "old_status": _STATUSES,
    "priority": _PRIORITIES,
    "old_priority": _PRIORITIES,
    "source": ("web", "api", "email", "import"),
}
ONLY_WITH: dict[str, tuple[Trigger, ...]] = {
    "old_status": ("status_change",),
    "old_priority": ("priority_change",),
    "comment_is_public": ("comment",),
    "comment_is_by_customer": ("comment",),
    "sla_target": ("sla_breach", "at_risk"),
}
"""Fields that tell of the event, and the triggers whose events have them."""

CLOCKS = {
    "hours_since_created": "created_at",
    "hours_since_updated": "updated_at",
    "hours_since_status_change": "status_changed_at",
}
"""The fields that time moves, and the instant each counts from."""


class Condition(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    forbid_unknown_fields=True,
    rename={"negated": "not"},
):
    """A branch (`all`, `any` or `not`), or a leaf (`field`, `operator`, `value`): one form of the four. `{"all": []}` holds."""

    all: list["Condition"] | None = None
    any: list["Condition"] | None = None
    negated: "Condition | None" = None
    field: str | None = None
    operator: Operator | None = None
    value: str | int | float | bool | list[str | int] | None = None


def condition_problem(condition: Condition, trigger: Trigger) -> str | None:
    """What is wrong with a tree, as a sentence, or None."""
    leaves = list(_leaves(condition, 1))
    if isinstance(leaves[-1] if leaves else None, str):
        return str(leaves[-1])
    if len(leaves) > MAX_LEAVES:
        return f"There can be {MAX_LEAVES} conditions."
    for leaf in leaves:
        if isinstance(leaf, Condition) and (problem := _leaf_problem(leaf, trigger)):
            return problem
    if trigger == "time_based" and time_of(condition) is None:
        return (
            "A workflow that time fires needs hours_since_… at_least so many, outermost or within the outermost `all`."
        )
    return None


def time_of(condition: Condition) -> tuple[str, int] | None:
    """What must have passed for the tree to hold: (instant of the ticket, seconds since), or None when no time must."""
    for leaf in [condition] if condition.field else condition.all or []:
        if leaf.field in CLOCKS and leaf.operator == "at_least" and isinstance(leaf.value, (int, float)):
            return CLOCKS[leaf.field], round(leaf.value * 3600)
    return None


def matches(condition: Condition, facts: Facts) -> bool:
    """Whether the tree holds for these facts."""
    if condition.all is not None:
        return all(matches(child, facts) for child in condition.all)
    if condition.any is not None:
        return any(matches(child, facts) for child in condition.any)
    if condition.negated is not None:
        return not matches(condition.negated, facts)
    field = condition.field or ""
    custom = field.startswith(CUSTOM)
    fact = facts["custom_attributes"].get(field.removeprefix(CUSTOM)) if custom else facts.get(field)
    return _HOLDS[condition.operator or "is"](fact, condition.value)


def _leaves(condition: Condition, depth: int) -> Iterator[Condition | str]:
    """Every leaf; a sentence, as the last, where the tree is none."""
    forms = (condition.all, condition.any, condition.negated, condition.field)
    if sum(form is not None for form in forms) != 1 or (condition.field is None) != (condition.operator is None):
        yield "A condition is one of `all`, `any`, `not`, or a `field` with an `operator`."
    elif condition.field is not None:
        yield condition
    elif depth == MAX_DEPTH:
        yield f"Conditions can be nested {MAX_DEPTH} deep."
    else:
        children = condition.all if condition.all is not None else condition.any
        for child in [condition.negated] if condition.negated is not None else children or []:
            last: Condition | str | None = None
            for last in _leaves(child, depth + 1):
                yield last
            if isinstance(last, str):
                return


def _leaf_problem(leaf: Condition, trigger: Trigger) -> str | None:
    field = leaf.field or ""
    kind = "custom" if field.startswith(CUSTOM) and len(field) > len(CUSTOM) else FIELDS.get(field)
    if kind is None:
        return f"There is no field {field!r}."
    if trigger not in ONLY_WITH.get(field, (trigger,)):
        return f"{field} is only known when the trigger is {' or '.join(ONLY_WITH[field])}."
    if leaf.operator not in OPERATORS[kind]:
        return f"{field} takes {', '.join(OPERATORS[kind])}."
    return None if _is_value(kind, leaf) else f"{field} {leaf.operator} does not take {leaf.value!r}."


def _is_value(kind: Kind, leaf: Condition) -> bool:
    value, operator = leaf.value, leaf.operator
    if operator in ("is_set", "is_not_set"):
        return value is None
    if operator in ("in", "not_in", "has_any", "has_all", "has_none"):
        values: list[Any] = value if isinstance(value, list) else []
        return 0 < len(values) <= MAX_VALUES and all(_is_scalar(kind, leaf.field or "", each) for each in values)
    return not isinstance(value, list) and _is_scalar(kind, leaf.field or "", value)


def _is_scalar(kind: Kind, field: str, value: Any) -> bool:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    match kind:
        case "choice":
            return isinstance(value, str) and value in CHOICES.get(field, (value,))
        case "reference":
            return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63
        case "number":
            return is_number and 0 <= value <= 100_000
        case "flag":
            return isinstance(value, bool)
        case "tags" | "words":
            return isinstance(value, str) and 0 < len(value) <= 200
        case "custom":
            return is_number or isinstance(value, bool) or (isinstance(value, str) and len(value) <= 200)


def _compares(fact: Any, value: Any) -> bool:
    numbers = (int, float)
    return (isinstance(fact, numbers) and isinstance(value, numbers)) or (
        isinstance(fact, str) and isinstance(value, str)
    )


def _contains(fact: Any, value: Any) -> bool:
    return value in fact if isinstance(fact, list) else str(value).casefold() in str(fact or "").casefold()


_HOLDS: dict[str, Callable[[Any, Any], bool]] = {
    "is": lambda fact, value: fact == value,
    "is_not": lambda fact, value: fact != value,
    "in": lambda fact, value: fact in value,
    "not_in": lambda fact, value: fact not in value,
    "is_set": lambda fact, _: fact not in (None, "", []),
    "is_not_set": lambda fact, _: fact in (None, "", []),
    "has_any": lambda fact, value: not set(value).isdisjoint(fact),
    "has_all": lambda fact, value: set(value) <= set(fact),
    "has_none": lambda fact, value: set(value).isdisjoint(fact),
    "contains": _contains,
    "not_contains": lambda fact, value: not _contains(fact, value),
    "at_least": lambda fact, value: _compares(fact, value) and fact >= value,
    "less_than": lambda fact, value: _compares(fact, value) and fact < value,
}
