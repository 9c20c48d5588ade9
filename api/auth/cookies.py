"""The browser's session cookie."""

from litestar.datastructures import Cookie

from api.auth.rules import SESSION_SECONDS
from api.settings import Settings


def cookie_name(settings: Settings) -> str:
    """`__Host-redress_session` behind TLS; the prefix needs `Secure`, which http://localhost has not."""
    return "__Host-redress_session" if _is_secure(settings) else "redress_session"


def session_cookie(settings: Settings, token: str) -> Cookie:
    """The cookie that signs a browser in: not for scripts, not sent from other sites' forms."""
    return Cookie(
        cookie_name(settings),
        value=token,
        max_age=SESSION_SECONDS,
        secure=_is_secure(settings),
        httponly=True,
        samesite="lax",
    )


def expired_cookie(settings: Settings) -> Cookie:
    """The cookie that signs a browser out."""
    return Cookie(
        cookie_name(settings), value="", max_age=0, secure=_is_secure(settings), httponly=True, samesite="lax"
    )


def _is_secure(settings: Settings) -> bool:
    return settings.url.startswith("https://")
