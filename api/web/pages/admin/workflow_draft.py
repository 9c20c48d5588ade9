"""A workflow as it is typed: a tree of conditions and a list of actions in the fields of a form, edited without a script.

A node of the tree has a path: `c` is the root, `c.0` its first child. Its fields are `c.0:kind` (`all`, `any`, `not` or
`leaf`) and, of a leaf, `c.0:field`, `c.0:operator`, `c.0:value`. An action's are `a.0:type` and those of ACTION_FIELDS.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from api.web.forms import Form
from api.web.language import Translate
from api.web.pages.admin.fields import Field, filled, values_of
from api.web.words import N_
from api.workflows.rules.actions import Action, type_of
from api.workflows.rules.conditions import CUSTOM, FIELDS, OPERATORS, Condition, Kind
from api.workflows.wire import Workflow

ROOT = "c"
BRANCHES = ("all", "any", "not")
LISTING = ("in", "not_in", "has_any", "has_all", "has_none")
VALUELESS = ("is_set", "is_not_set")
_ANY_ACTION: Any = Action
_TO = (
    Field("to", N_("To"), "several"),
    Field("user_ids", N_("And to"), "several"),
)
ACTION_FIELDS: dict[str, tuple[Field, ...]] = {
    "send_email": (*_TO, Field("subject", N_("Subject"), is_required=True, max_length=200), Field("body", N_("Words"), "long", is_required=True)),
    "send_notification": (*_TO, Field("text", N_("Words"), is_required=True, max_length=200)),
    "update_ticket": (
        Field("status", N_("Status"), "choice"),
        Field("priority", N_("Priority"), "choice"),
        Field("team_id", N_("Team"), "choice"),
        Field("category_id", N_("Subject area"), "choice"),
        Field("skill_id", N_("Skill"), "choice"),
        Field("tags", N_("Tags"), "words", N_("They replace all it has; empty leaves them.")),
    ),
    "assign_ticket": (Field("agent_id", N_("Agent"), "choice"),),
    "add_comment": (Field("comment", N_("Words"), "long", is_required=True), Field("is_internal", N_("An internal note"), "check")),
    "add_tags": (Field("tags", N_("Tags"), "words", N_("With commas between them"), is_required=True),),
    "trigger_webhook": (Field("webhook_id", N_("Webhook"), "choice", is_required=True),),
    "escalate_ticket": (Field("escalate_to", N_("To whom?"), "choice"), Field("reason", N_("Why?"), is_null_when_empty=True, max_length=200)),
}  # fmt: skip


class Node(msgspec.Struct):
    """A branch with children, or a leaf. `values` are texts."""

    kind: str
    path: str = ROOT
    children: list["Node"] = []
    field: str = ""
    operator: str = ""
    values: Sequence[str] = ()

    @property
    def value_kind(self) -> Kind:
        """What its value is, by its field."""
        return "custom" if self.field.startswith(CUSTOM) else FIELDS.get(self.field, "words")

    @property
    def operators(self) -> Sequence[str]:
        return OPERATORS[self.value_kind]

    @property
    def text(self) -> str:
        """The values in a line."""
        return ", ".join(self.values)

    @property
    def is_list(self) -> bool:
        return self.operator in LISTING

    @property
    def has_value(self) -> bool:
        return self.operator not in VALUELESS


class Draft(msgspec.Struct):
    """What is typed: the tree, and for each action its type with its fields, named as in the form."""

    tree: Node
    actions: list[tuple[str, Sequence[Field]]]


def read_draft(form: Form) -> Draft:
    """The draft that a form holds. An operator that its field does not take gives way to the first that it takes."""
    types = {name: form[name] for name in form.values if name.startswith("a.") and name.endswith(":type")}
    order = sorted(types, key=lambda name: int(name[2:-5]) if name[2:-5].isdecimal() else 0)
    actions = [
        (types[name], _named(types[name], name.removesuffix("type"))) for name in order if types[name] in ACTION_FIELDS
    ]
    return Draft(_read_node(form, ROOT), actions)


def edited(form: Form, act: str) -> Form:
    """The form after a button: `add-leaf:c`, `add-any:c.1`, `remove:c.0`, `add-action:add_tags`, `remove-action:2`, …"""
    draft = read_draft(form)
    verb, _, what = act.partition(":")
    match verb:
        case "add-action" if what in ACTION_FIELDS:
            draft.actions.append((what, _named(what, f"a.{len(form.values)}:")))
        case "remove-action" | "earlier-action" if what.isdecimal() and int(what) < len(draft.actions):
            moved = draft.actions.pop(int(what))
            if verb == "earlier-action":
                draft.actions.insert(max(int(what) - 1, 0), moved)
        case "remove":
            _remove(draft.tree, what)
        case "add-leaf" | "add-all" | "add-any" | "add-not":
            parent = next((node for node in _walk(draft.tree) if node.path == what), draft.tree)
            kind = verb.removeprefix("add-")
            parent.children.append(
                Node("leaf", field="status", operator="is") if kind == "leaf" else Node(kind, children=[])
            )
        case _:
            pass
    return _written(form, draft)


def form_of(workflow: Workflow, _: Translate) -> Form:
    """The form of a workflow as it is."""
    form = Form({"name": workflow.name, "trigger": workflow.trigger, "version": str(workflow.version)})
    actions: list[tuple[str, Sequence[Field]]] = []
    for n, action in enumerate(workflow.actions):
        kind = type_of(action)
        known = {name: getattr(action, name) for name in action.__struct_fields__}
        fields = _named(kind, f"a.{n}:")
        said = filled(fields, {field.name: known[field.name.partition(":")[2]] for field in fields}, _)
        form.values |= said.values
        form.repeated += said.repeated
        actions.append((kind, fields))
    return _written(form, Draft(_node_of(workflow.conditions), actions))


def condition_of(form: Form, node: Node) -> Condition:
    """The tree as a workflow takes it; what is no value is a problem at its field."""
    if node.kind == "leaf":
        return msgspec.convert({"field": node.field, "operator": node.operator, "value": _value(form, node)}, Condition)
    children = [condition_of(form, child) for child in node.children]
    if node.kind == "not":
        return Condition(negated=children[0] if len(children) == 1 else Condition(all=children))
    return Condition(any=children) if node.kind == "any" else Condition(all=children)


def actions_of(form: Form, draft: Draft) -> list[Action]:
    """The actions as a workflow takes them; what is no value is a problem at its field."""
    found: list[Action] = []
    for kind, fields in draft.actions:
        said = {name.partition(":")[2]: value for name, value in values_of(form, fields).items()}
        if kind == "update_ticket":
            said = {name: value for name, value in said.items() if value not in (None, [])}
        prefix = fields[0].name.partition(":")[0]
        try:
            found.append(msgspec.convert({"type": kind, **said}, _ANY_ACTION, strict=False))
        except msgspec.ValidationError as error:
            place = str(error).partition("`$.")[2].partition("`")[0].partition("[")[0]
            form.refuse_field(f"{prefix}:{place}" if place else f"{prefix}:type")
    return found


def _named(kind: str, prefix: str) -> Sequence[Field]:
    return [msgspec.structs.replace(field, name=prefix + field.name) for field in ACTION_FIELDS[kind]]


def _read_node(form: Form, path: str) -> Node:
    kind = form[f"{path}:kind"] or "all"
    if kind == "leaf":
        node = Node("leaf", path, field=form[f"{path}:field"], operator=form[f"{path}:operator"])
        if node.operator not in node.operators:
            node.operator = node.operators[0]
        node.values = form.texts(f"{path}:value")
        return node
    depth = path.count(".") + 1
    below = {
        name.removesuffix(":kind") for name in form.values if name.startswith(f"{path}.") and name.endswith(":kind")
    }
    ours = sorted((each for each in below if each.count(".") == depth), key=lambda each: _place(each))
    return Node(kind if kind in BRANCHES else "all", path, [_read_node(form, each) for each in ours])


def _place(path: str) -> int:
    last = path.rpartition(".")[2]
    return int(last) if last.isdecimal() and len(last) < 6 else 0


def _node_of(condition: Condition) -> Node:
    if condition.field is not None:
        values: Any = condition.value if isinstance(condition.value, list) else [condition.value]
        texts = [
            msgspec.json.encode(each).decode() if isinstance(each, bool) else str(each)
            for each in values
            if each is not None
        ]
        return Node("leaf", field=condition.field, operator=condition.operator or "is", values=texts)
    if condition.negated is not None:
        return Node("not", children=[_node_of(condition.negated)])
    kind = "any" if condition.any is not None else "all"
    return Node(kind, children=[_node_of(child) for child in (condition.any if kind == "any" else condition.all) or []])


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _walk(child)


def _remove(node: Node, path: str) -> None:
    node.children = [child for child in node.children if child.path != path]
    for child in node.children:
        _remove(child, path)


def _written(form: Form, draft: Draft) -> Form:
    """The form that holds the draft, its paths and numbers in order; the other fields stay."""
    kept = {name: text for name, text in form.values.items() if not name.startswith(("a.", "c.", "c:"))}
    made = Form(kept, repeated=[(name, text) for name, text in form.repeated if name in kept])
    _write_node(made, draft.tree, ROOT)
    for n, (kind, fields) in enumerate(draft.actions):
        made.values[f"a.{n}:type"] = kind
        for field in fields:
            name = f"a.{n}:{field.name.partition(':')[2]}"
            made.values[name] = form[field.name]
            made.repeated += [(name, text) for text in form.texts(field.name)]
    return made


def _write_node(form: Form, node: Node, path: str) -> None:
    form.values |= {f"{path}:kind": node.kind, f"{path}:field": node.field, f"{path}:operator": node.operator}
    form.repeated += [(f"{path}:value", text) for text in node.values]
    for n, child in enumerate(node.children):
        _write_node(form, child, f"{path}.{n}")


def _value(form: Form, node: Node) -> Any:
    if not node.has_value:
        return None
    texts = list(node.values)
    if node.is_list and node.value_kind in ("tags", "custom"):
        texts = [part.strip() for text in texts for part in text.split(",") if part.strip()]
    values = [_typed(node.value_kind, text) for text in texts if text != ""]
    if not values or any(value is None for value in values):
        form.refuse_field(f"{node.path}:value")
        return None
    return values if node.is_list else values[0]


def _typed(kind: Kind, text: str) -> Any:
    """The value that a text means; None when it is none of the kind."""
    if kind in ("choice", "tags", "words"):
        return text
    if kind == "flag" or (kind == "custom" and text in ("true", "false")):
        return text == "true"
    number = text.replace(",", ".")
    if kind == "reference":
        return int(text) if text.isdecimal() and len(text) < 18 else None
    if number.replace(".", "", 1).isdecimal() and number.isascii() and len(number) < 18:
        return float(number) if "." in number else int(number)
    return text if kind == "custom" else None
