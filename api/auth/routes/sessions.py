"""`/api/sessions`: where one is signed in, and how to end it there."""

from litestar import Router, delete, get
from litestar.datastructures import State

from api.actor import Right
from api.auth.authenticate import forget
from api.auth.commands import sessions
from api.auth.queries import list_sessions as read_sessions
from api.auth.wire import EndedSessions, SessionList
from api.db import Read
from api.events.tx import Tx


@get("/", right=Right.SIGN_IN, operation_id="list_sessions", summary="Where one is signed in")
async def list_sessions(read: Read) -> SessionList:
    """The caller's sessions that are alive: device, address and last use of each, at most a hundred."""
    return SessionList(await read_sessions(read))


@delete(
    "/",
    right=Right.SIGN_IN,
    status_code=200,
    operation_id="end_other_sessions",
    summary="Sign out everywhere else",
)
async def end_other_sessions(tx: Tx, state: State) -> EndedSessions:
    """End all sessions of the caller but the one that asks."""
    ended = await sessions.end_other_sessions(tx)
    forget(state, tx.actor.id)
    return EndedSessions(ended)


@delete("/{session_id:int}", right=Right.SIGN_IN, operation_id="end_session", summary="Sign out somewhere")
async def end_session(tx: Tx, session_id: int, state: State) -> None:
    """End one of the caller's sessions."""
    await sessions.end_session(tx, session_id)
    forget(state, tx.actor.id)


router = Router("/api/sessions", tags=["Sign-in"], route_handlers=[list_sessions, end_other_sessions, end_session])
