"""Forms with files: what was typed; the files that were taken, now or at an earlier try; and what was wrong with the others."""

from collections.abc import Sequence
from typing import Any

import msgspec

from api.attachments.gather import Gathered, gather
from api.attachments.receive import FILES, MAX_FILES, ReceivedFile
from api.attachments.staged import stage, staged
from api.auth.csrf import FIELD, check_token
from api.errors import Problem
from api.installation.queries import get_settings
from api.installation.rules import MAX_FILE_BYTES, InstallationSettings
from api.reactions import openings_of
from api.web.forms import Form, form_of, read_form
from api.web.http import WebRequest, actor_of, reading
from api.web.render import formats

MAX_REQUEST_BYTES = MAX_FILES * (MAX_FILE_BYTES + 10_000)
KEPT = "kept"


class KeptFile(msgspec.Struct, frozen=True):
    """A file that a form shows again: sent with it, `token` brings it back."""

    name: str
    size: str
    token: str


class Upload(msgspec.Struct):
    """A form and its files. `kept` is those of `files` for a form that is shown again."""

    form: Form
    files: list[ReceivedFile] = []
    kept: list[KeptFile] = []


async def read_upload(request: WebRequest) -> Upload:
    """Read a form of a route that `reads_files`. A file that is not taken is a problem of the field `files` and no more."""
    f = formats(request)
    if not request.headers.get("content-type", "").startswith("multipart/"):
        form = await read_form(request, f._)
        return _upload(request, form, [])
    sent = await receive_files(request)
    form = form_of(sent.fields, f._)
    if sent.refused:
        form.problems[FILES] = " ".join(refusal(request, problem) for problem in sent.refused)
    return _upload(request, form, sent.files)


def upload_context(settings: InstallationSettings, sent: Upload) -> dict[str, Any]:
    """What a form with files shows of them."""
    return {
        "kept": sent.kept,
        "max_file_bytes": settings.attachment_max_bytes,
        "max_files": MAX_FILES,
    }


async def receive_files(request: WebRequest) -> Gathered:
    """The fields of a multipart form and its files, each stored or refused by itself, once it has shown its token."""
    state = request.app.state
    async with reading(request) as read:
        max_bytes = (await get_settings(read)).attachment_max_bytes

    def check(fields: Sequence[tuple[str, str]]) -> None:
        if request.auth == "cookie" and "x-csrf-token" not in request.headers:
            check_token(request, dict(fields).get(FIELD, ""))

    openings = openings_of(state.db, actor_of(request), state.clock)
    content_type = request.headers.get("content-type", "")
    return await gather(request.stream(), content_type, openings, state.storage, max_bytes=max_bytes, check=check)


def kept_file(request: WebRequest, file: ReceivedFile) -> KeptFile:
    """What a page holds of a file that was taken."""
    token = stage(request.app.state.settings.secret_key, actor_of(request).id or 0, file)
    return KeptFile(file.name, formats(request).size(file.size_bytes), token)


def refusal(request: WebRequest, problem: Problem) -> str:
    """Why a file was not taken, naming it, in the reader's words."""
    f = formats(request)
    _, name = f._, problem.extra.get("name", "")
    match problem.code:
        case "attachment.type":
            return _("%(name)s was left out: files of this kind are not taken.", name=name)
        case "attachment.too_large":
            return _(
                "%(name)s was left out: it is larger than %(size)s.", name=name, size=f.size(problem.extra["max_bytes"])
            )
        case "attachment.empty":
            return _("%(name)s was left out: it is empty.", name=name)
        case _:
            return _("At most %(n)s files at once.", n=MAX_FILES)


def _upload(request: WebRequest, form: Form, new: list[ReceivedFile]) -> Upload:
    key, user_id = request.app.state.settings.secret_key, actor_of(request).id or 0
    earlier = (staged(key, user_id, token) for token in form.texts(KEPT)[:MAX_FILES])
    files = [*(file for file in earlier if file is not None), *new]
    return Upload(form, files, [kept_file(request, file) for file in files])
