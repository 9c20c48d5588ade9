"""What is true of passwords and tokens: pure."""

import hashlib
import hmac
from functools import cache

from zxcvbn.frequency_lists import FREQUENCY_LISTS

MIN_LENGTH, MAX_LENGTH = 10, 200
ACCESS_SECONDS = 15 * 60
SESSION_SECONDS = 14 * 86_400
"""A session lives so long after it was last used."""
RESET_SECONDS = 3_600
"""How long a link for a new password works, and how late it may still be sent."""
TOKEN_PREFIX = "rdp_"


@cache
def common_passwords() -> frozenset[str]:
    """The 30,000 most common passwords, in lower case. Source: the frequency lists of zxcvbn."""
    return frozenset(FREQUENCY_LISTS["passwords"])


def password_problem(password: str, email: str) -> str | None:
    """Why a password cannot be taken, as a sentence, or None when it can."""
    lowered = password.lower()
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        return f"A password needs {MIN_LENGTH} to {MAX_LENGTH} characters."
    if lowered in common_passwords():
        return "That is one of the most common passwords; take another."
    if lowered == email.lower() or len(set(lowered)) < 4:
        return "That password is too easy to guess; take another."
    return None


def digest(secret: str) -> bytes:
    """What is stored in place of a token. Tokens are random, so that a plain SHA-256 is enough."""
    return hashlib.sha256(secret.encode()).digest()


def csrf_of(key: str, session_id: int) -> str:
    """The token that proves a form came from a page of this session: HMAC-SHA256 under the installation's key."""
    return hmac.new(key.encode(), f"csrf:{session_id}".encode(), hashlib.sha256).hexdigest()
