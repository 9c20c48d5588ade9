"""`/api/auth/second-factor`: two-step sign-in by an authenticator app."""

from typing import Any

from litestar import Request, Router, delete, get, post
from litestar.datastructures import State

from api.actor import Actor, Right
from api.auth.authenticate import forget
from api.auth.commands import second_factor
from api.auth.commands.sessions import Refused
from api.auth.queries import get_second_factor as read_second_factor
from api.auth.routes.sign_in import refused
from api.auth.wire import Code, Enrolment, NewSecondFactor, RecoveryCodes, SecondFactor
from api.db import Read
from api.events.tx import Tx

WebRequest = Request[Actor, Any, Any]


@get("/auth/second-factor", right=Right.SIGN_IN, operation_id="get_second_factor", summary="Is it on?")
async def get_second_factor(read: Read) -> SecondFactor:
    """Whether the caller signs in in two steps, and must."""
    return await read_second_factor(read)


@post("/auth/second-factor", right=Right.SIGN_IN, operation_id="begin_second_factor", summary="Set up two-step sign-in")
async def begin_second_factor(tx: Tx, data: NewSecondFactor, state: State) -> Enrolment:
    """Make a secret for the app. It is on once `confirm` was sent the app's first code, within 15 minutes."""
    await second_factor.begin_enrolment(tx, data.current, redis=state.redis, settings=state.settings)
    return await second_factor.get_enrolment(tx, state.settings)


@post(
    "/auth/second-factor/confirm",
    right=Right.SIGN_IN,
    status_code=200,
    operation_id="confirm_second_factor",
    summary="Turn two-step sign-in on",
)
async def confirm_second_factor(request: WebRequest, tx: Tx, data: Code, state: State) -> RecoveryCodes:
    """Turn it on; the recovery codes are shown this once, and each works once."""
    done = await second_factor.confirm_enrolment(tx, data.code, redis=state.redis, settings=state.settings)
    forget(state, tx.actor.id)
    return refused(request, done) if isinstance(done, Refused) else done


@post(
    "/auth/second-factor/recovery-codes",
    right=Right.SIGN_IN,
    status_code=200,
    operation_id="renew_recovery_codes",
    summary="Replace the recovery codes",
)
async def renew_recovery_codes(request: WebRequest, tx: Tx, data: Code, state: State) -> RecoveryCodes:
    """Make ten new ones; the old ones are over."""
    done = await second_factor.renew_recovery_codes(tx, data.code, redis=state.redis, settings=state.settings)
    return refused(request, done) if isinstance(done, Refused) else done


@post(
    "/auth/second-factor/remove",
    right=Right.SIGN_IN,
    status_code=204,
    operation_id="remove_second_factor",
    summary="Turn two-step sign-in off",
)
async def remove_second_factor(request: WebRequest, tx: Tx, data: Code, state: State) -> None:
    """Turn it off by a code of the app, or a recovery code."""
    done = await second_factor.remove_second_factor(tx, data.code, redis=state.redis, settings=state.settings)
    forget(state, tx.actor.id)
    return refused(request, done) if done else None


@delete(
    "/users/{user_id:int}/second-factor",
    right=Right.ADMIN,
    operation_id="reset_second_factor",
    summary="Reset a person's two-step sign-in",
)
async def reset_second_factor(tx: Tx, user_id: int, state: State) -> None:
    """Turn it off for somebody who has lost app and codes."""
    await second_factor.reset_second_factor(tx, user_id)
    forget(state, user_id)


router = Router(
    "/api",
    tags=["Sign-in"],
    route_handlers=[
        get_second_factor,
        begin_second_factor,
        confirm_second_factor,
        renew_recovery_codes,
        remove_second_factor,
        reset_second_factor,
    ],
)
