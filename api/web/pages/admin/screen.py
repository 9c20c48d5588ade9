"""Lists of things an administrator keeps, each with a form: one pattern, of which a screen says only what is its own."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar

import msgspec
from litestar import get, post

from api.actor import Right
from api.db import Read
from api.errors import Problem
from api.events.queries import AuditLogFilter, list_audit_logs
from api.events.tx import Tx
from api.web.formats import Formats
from api.web.forms import Form, new_form, read_form
from api.web.http import Page, WebRequest, reading, see, writing
from api.web.language import Translate
from api.web.pages.admin.changes import changes
from api.web.pages.admin.fields import Choices, Field, fields_of, filled, read_struct
from api.web.render import formats, show, speak

T = TypeVar("T")
PER_PAGE = 50
LAST_CHANGES = 3


class Refused(Exception):
    """The form has problems: nothing is to be written."""


class Asked(msgspec.Struct, frozen=True):
    """Who asks for a list, how it is narrowed, and which page of it."""

    read: Read
    narrowed: Mapping[str, str]
    page: int
    f: Formats
    _: Translate

    def whole(self, name: str) -> int | None:
        """A narrowing that is a number, or None."""
        return Form(dict(self.narrowed)).whole(name)


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a list: the first cell leads to the form."""

    id: int
    cells: Sequence[str]
    is_active: bool = True
    indent: int = 0


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """Lines of a list, and whether there are more."""

    rows: Sequence[Row]
    has_more: bool = False


async def _no_choices(read: Read, _: Translate) -> Choices:
    return {}


async def _nothing(read: Read, thing: Any, _: Translate) -> dict[str, Any]:
    return {}


class Screen(msgspec.Struct, frozen=True, kw_only=True):
    """A list with a form. Texts are untranslated; `path` is below `/admin/`, `entity` is what the log calls such a thing.

    `new` and `patch` are the Structs that `create` and `update` take; `fields` are all they are made of.
    """

    path: str
    entity: str
    title: str
    about: str
    add: str
    icon: str
    columns: Sequence[str]
    fields: Sequence[Field]
    new: type[msgspec.Struct]
    patch: type[msgspec.Struct]
    rows: Callable[[Asked], Awaitable[Listing]]
    find: Callable[[Read, int], Awaitable[Any]]
    create: Callable[[Tx, Any], Awaitable[int]]
    update: Callable[[Tx, int, Any], Awaitable[object]]
    choices: Callable[[Read, Translate], Awaitable[Choices]] = _no_choices
    fill: Callable[[Any, Translate], Form] | None = None
    make: Callable[[Form, type[Any], Any], msgspec.Struct | None] | None = None
    """The Struct of a form, where the fields alone do not tell; it is given the thing, None of a new one."""
    more: Callable[[Read, Any, Translate], Awaitable[dict[str, Any]]] = _nothing
    """What `template` shows beside the form, of a thing or (None) of one that is not made yet."""
    defaults: Callable[[], Mapping[str, str]] = dict[str, str]
    """What the form of a new thing says at first."""
    filters: Sequence[Field] = ()
    list_template: str = "admin/list.html"
    template: str = "admin/edit.html"
    named_by: str = "name"
    after: Callable[[WebRequest, int], None] | None = None

    def form_of(self, thing: Any, _: Translate) -> Form:
        """The form as the thing is."""
        return self.fill(thing, _) if self.fill else filled(self.shown(is_new=False), thing, _)

    def shown(self, *, is_new: bool) -> list[Field]:
        """The fields of the form of a new thing, or of one that is there."""
        of_kind = fields_of(self.fields, self.new if is_new else self.patch)
        return [field for field in of_kind if is_new or not field.is_only_new]

    def struct_of(self, form: Form, kind: type[Any], thing: Any) -> msgspec.Struct | None:
        """What the form says, as the Struct that a command takes, or None with problems at its fields."""
        return self.make(form, kind, thing) if self.make else read_struct(form, self.fields, kind)


async def attempt(
    request: WebRequest, form: Form, work: Callable[[Tx], Awaitable[T]], *, status: int = 422
) -> tuple[T | None, int]:
    """Do the work of a form in a transaction: what it gives and 200; None and a status when the form was refused, with
    the reason in it and nothing written."""
    try:
        async with writing(request) as tx:
            done = await work(tx)
            if form.is_refused:
                raise Refused
            return done, 200
    except Refused:
        return None, status
    except Problem as problem:
        form.refuse(problem)
        return None, problem.status


def handlers(screen: Screen) -> list[Any]:
    """The screen's five: its list, an empty form, keeping that, the form of a thing, keeping that."""
    path = f"/{screen.path}"

    @get(path, right=Right.ADMIN, include_in_schema=False, name=f"list_{screen.path}")
    async def listing(request: WebRequest, page: int = 1) -> Page:
        return await show_list(request, screen, page)

    @get(f"{path}/new", right=Right.ADMIN, include_in_schema=False, name=f"new_{screen.path}")
    async def empty(request: WebRequest) -> Page:
        return await show_form(request, screen, None, new_form(**screen.defaults()))

    @post(f"{path}/new", right=Right.ADMIN, include_in_schema=False, status_code=200, name=f"create_{screen.path}")
    async def create(request: WebRequest) -> Page:
        return await keep(request, screen, None)

    @get(f"{path}/{{thing_id:int}}", right=Right.ADMIN, include_in_schema=False, name=f"edit_{screen.path}")
    async def edit(request: WebRequest, thing_id: int) -> Page:
        return await show_form(request, screen, thing_id, None)

    @post(
        f"{path}/{{thing_id:int}}",
        right=Right.ADMIN,
        include_in_schema=False,
        status_code=200,
        name=f"save_{screen.path}",
    )
    async def save(request: WebRequest, thing_id: int) -> Page:
        return await keep(request, screen, thing_id)

    return [listing, empty, create, edit, save]


async def show_list(request: WebRequest, screen: Screen, page: int) -> Page:
    """The list, narrowed by the query."""
    _ = speak(request)
    names = [field.name for field in screen.filters]
    narrowed = {name: text for name in names if (text := request.query_params.get(name, "").strip())}
    async with reading(request) as read:
        found = await screen.rows(Asked(read, narrowed, page, formats(request), _))
        return await show(
            request, read, screen.list_template,
            screen=screen, found=found, page=page, form=Form(dict(narrowed), _), is_narrowed=bool(narrowed),
            choices=await screen.choices(read, _) if screen.filters else {},
        )  # fmt: skip


async def show_form(
    request: WebRequest, screen: Screen, thing_id: int | None, form: Form | None, *, status: int = 200, **more: Any
) -> Page:
    """The form of a thing, or of a new one: as it was sent, else as the thing is. Raises NotFound."""
    _ = speak(request)
    async with reading(request) as read:
        thing = None if thing_id is None else await screen.find(read, thing_id)
        log = [] if thing_id is None else await last_changes(read, screen.entity, thing_id)
        page = await show(
            request, read, screen.template, status=status,
            screen=screen, thing=thing, thing_id=thing_id, form=form or screen.form_of(thing, _), log=log,
            changes=changes, fields=screen.shown(is_new=thing is None), choices=await screen.choices(read, _),
            heading=_(screen.add) if thing is None else getattr(thing, screen.named_by),
            **(await screen.more(read, thing, _) | more),
        )  # fmt: skip
    return unmoved(page, form)


def unmoved(page: Page, form: Form | None) -> Page:
    """The page; a script that was to show its preview stays at the form when that is to be put right."""
    if form and form.is_refused:
        page.headers["HX-Reswap"] = "outerHTML"
    return page


async def keep(request: WebRequest, screen: Screen, thing_id: int | None) -> Page:
    """Make or change the thing and show it, or show the form again with what is wrong."""
    form = await read_form(request, speak(request))

    async def work(tx: Tx) -> int:
        thing = None if thing_id is None else await screen.find(tx, thing_id)
        wanted = screen.struct_of(form, screen.new if thing_id is None else screen.patch, thing)
        if wanted is None:
            raise Refused
        if thing_id is None:
            return await screen.create(tx, wanted)
        await screen.update(tx, thing_id, wanted)
        return thing_id

    kept, status = await attempt(request, form, work)
    if kept is None:
        return await show_form(request, screen, thing_id, form, status=status)
    if screen.after:
        screen.after(request, kept)
    return see(f"/admin/{screen.path}/{kept}", "saved")


async def last_changes(read: Read, entity: str, thing_id: int | None) -> Sequence[Any]:
    """The newest entries of the log about a thing, or about all of its kind."""
    wanted = AuditLogFilter(entity_type=entity, entity_id=thing_id)
    return (await list_audit_logs(read, wanted, page=1, limit=LAST_CHANGES)).audit_logs
