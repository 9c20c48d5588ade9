"""`/api/auth`: register, sign in and out, oneself, API tokens."""

from typing import Any

from litestar import Request, Response, Router, delete, get, post
from litestar.datastructures import State

from api import problems
from api.actor import Actor, Right
from api.auth.authenticate import forget
from api.auth.commands import accounts, resets, sessions, sign_in, tokens
from api.auth.commands.sessions import Refused
from api.auth.commands.sign_in import Challenged
from api.auth.queries import get_me as read_me
from api.auth.queries import list_api_tokens as read_api_tokens
from api.auth.wire import (
    ApiTokenList,
    CreatedApiToken,
    Login,
    Me,
    NewApiToken,
    NewPassword,
    PasswordChange,
    PasswordResetRequest,
    Refresh,
    Registration,
    SecondStep,
    SignedIn,
)
from api.db import Read
from api.errors import Unauthenticated
from api.events.tx import Tx

WebRequest = Request[Actor, Any, Any]


@post("/register", right=Right.PUBLIC, operation_id="register", summary="Make an account")
async def register(tx: Tx, data: Registration, state: State) -> SignedIn:
    """Make a customer's account and sign in."""
    user_id = await accounts.register(tx, data)
    return (await sessions.open_session(tx, user_id, state.settings)).signed_in


@post("/login", right=Right.PUBLIC, status_code=200, operation_id="login", summary="Sign in")
async def login(request: WebRequest, tx: Tx, data: Login, state: State) -> SignedIn:
    """Open a session. Ten failures in ten minutes slow an account, and an address, down.

    Who signs in in two steps is answered 401 `auth.second_step` with a `challenge` for the second one.
    """
    done = await sign_in.log_in(tx, data.email, data.password, redis=state.redis, settings=state.settings)
    if isinstance(done, Challenged):
        raise Unauthenticated(
            "auth.second_step",
            "Send the challenge with a code of the authenticator app to /api/auth/login/second-step.",
            challenge=done.challenge,
            expires_at=done.expires_at,
        )
    return refused(request, done) if isinstance(done, Refused) else done.signed_in


@post(
    "/login/second-step",
    right=Right.PUBLIC,
    status_code=200,
    operation_id="login_second_step",
    summary="Sign in: the second step",
)
async def login_second_step(request: WebRequest, tx: Tx, data: SecondStep, state: State) -> SignedIn:
    """Open a session by the challenge of the first step and a code. Five wrong ones in ten minutes slow an account down."""
    done = await sign_in.answer_challenge(tx, data.challenge, data.code, redis=state.redis, settings=state.settings)
    return refused(request, done) if isinstance(done, Refused) else done.signed_in


@post("/refresh", right=Right.PUBLIC, status_code=200, operation_id="refresh", summary="Get the next token")
async def refresh(request: WebRequest, tx: Tx, data: Refresh, state: State) -> SignedIn:
    """Exchange a refresh token for the next pair; it works once."""
    done = await sessions.refresh_session(tx, data.refresh_token, state.settings)
    return refused(request, done) if isinstance(done, Refused) else done


@post("/logout", right=Right.SIGN_IN, status_code=204, operation_id="logout", summary="Sign out")
async def logout(tx: Tx, state: State) -> None:
    """Revoke the session that asks."""
    await sessions.log_out(tx)
    forget(state, tx.actor.id)


@get("/me", right=Right.ME, operation_id="get_me", summary="Who am I?")
async def get_me(read: Read) -> Me:
    """The person signed in."""
    if read.actor.id is None:
        raise Unauthenticated("auth.required", "Sign in first.")
    return await read_me(read, read.actor.id)


@post(
    "/password",
    right=Right.SIGN_IN,
    status_code=204,
    operation_id="change_password",
    summary="Change one's password",
)
async def change_password(tx: Tx, data: PasswordChange, state: State) -> None:
    """Replace the password; all other sessions end."""
    await accounts.change_password(tx, data, state.redis)
    forget(state, tx.actor.id)


@post(
    "/password-reset",
    right=Right.PUBLIC,
    status_code=202,
    operation_id="request_password_reset",
    summary="Forgot the password",
)
async def request_password_reset(tx: Tx, data: PasswordResetRequest, state: State) -> None:
    """Have a link sent to the address, if somebody has it; the answer is the same if nobody does."""
    await resets.request_password_reset(tx, data.email, state.redis)


@post(
    "/password-reset/confirm",
    right=Right.PUBLIC,
    status_code=204,
    operation_id="reset_password",
    summary="Set a new password by link",
)
async def reset_password(tx: Tx, data: NewPassword) -> None:
    """Set the password; the link works once, and all sessions end."""
    await resets.reset_password(tx, data)


@get("/tokens", right=Right.ME, operation_id="list_api_tokens", summary="List one's API tokens")
async def list_api_tokens(read: Read) -> ApiTokenList:
    """The caller's tokens, newest first; never the tokens themselves."""
    return ApiTokenList(await read_api_tokens(read))


@post("/tokens", right=Right.ME, operation_id="create_api_token", summary="Make an API token")
async def create_api_token(tx: Tx, data: NewApiToken) -> CreatedApiToken:
    """Make a token with some of the caller's rights; it is shown this once."""
    return await tokens.create_api_token(tx, data)


@delete("/tokens/{token_id:int}", right=Right.ME, operation_id="revoke_api_token", summary="Revoke an API token")
async def revoke_api_token(tx: Tx, token_id: int, state: State) -> None:
    """Revoke one of the caller's tokens, at once."""
    await tokens.revoke_api_token(tx, token_id)
    forget(state, tx.actor.id)


def refused(request: WebRequest, refusal: Refused) -> Any:
    """The refusal as an answer instead of an exception, so that the transaction with its event commits."""
    answer: Response[dict[str, Any]] = problems.render(request, refusal.problem)
    return answer


router = Router(
    "/api/auth",
    tags=["Sign-in"],
    route_handlers=[
        register,
        login,
        login_second_step,
        refresh,
        logout,
        get_me,
        change_password,
        request_password_reset,
        reset_password,
        list_api_tokens,
        create_api_token,
        revoke_api_token,
    ],
)
