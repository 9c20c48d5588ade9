"""Codes of an authenticator app (RFC 6238), how its secret is kept and handed over, and recovery codes."""

import hmac
import io
import secrets
from base64 import b32encode, urlsafe_b64encode
from datetime import datetime

import segno
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.twofactor.totp import TOTP

DIGITS, STEP_SECONDS = 6, 30
"""With SHA-1, what every authenticator app understands."""
STEPS_ASIDE = 1
"""How many steps a phone's clock may be off, each way."""
SECRET_BYTES = 20
RECOVERY_CODES, RECOVERY_BYTES = 10, 10


def new_secret() -> bytes:
    """What the app and we share."""
    return secrets.token_bytes(SECRET_BYTES)


def sealed(secret: bytes, key: str) -> bytes:
    """The secret as it is stored: a copy of the database alone makes no codes."""
    return _fernet(key).encrypt(secret)


def opened(stored: bytes, key: str) -> bytes:
    """The secret that was stored. Raises cryptography's InvalidToken when the installation's key is another by now."""
    return _fernet(key).decrypt(stored)


def step_at(instant: datetime) -> int:
    """The number of the step an instant lies in."""
    return int(instant.timestamp()) // STEP_SECONDS


def matching_step(secret: bytes, code: str, now: datetime, after: int | None) -> int | None:
    """The step whose code this is, among those near `now` and later than step `after`; None when there is none."""
    here = step_at(now)
    found = None
    for step in range(here - STEPS_ASIDE, here + STEPS_ASIDE + 1):
        is_equal = hmac.compare_digest(code_of(secret, step).encode(), code.encode())
        if is_equal and (after is None or step > after):
            found = step
    return found


def code_of(secret: bytes, step: int) -> str:
    """The six digits of a step."""
    return _totp(secret).generate(step * STEP_SECONDS).decode()


def readable(secret: bytes) -> str:
    """The secret for who types it in: base32, in groups of four."""
    text = b32encode(secret).decode()
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def uri_of(secret: bytes, account: str, issuer: str) -> str:
    """The `otpauth:` address that an app takes."""
    return _totp(secret).get_provisioning_uri(account, issuer)


def qr_code(text: str) -> str:
    """The text as a QR code: an SVG as large as its place, dark on white in every theme, without styles or scripts."""
    made = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        made, kind="svg", omitsize=True, border=4, light="#fff", xmldecl=False, svgclass=None, lineclass=None, nl=False
    )
    return made.getvalue().decode()


def new_recovery_codes() -> list[str]:
    """Ten codes of 80 random bits: `abcd-efgh-ijkl-mnop`."""
    made = [b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode().lower() for _ in range(RECOVERY_CODES)]
    return ["-".join(code[at : at + 4] for at in range(0, len(code), 4)) for code in made]


def bare(code: str) -> str:
    """A code as somebody typed it, without what they put in between."""
    return "".join(code.split()).replace("-", "").lower()


def _totp(secret: bytes) -> TOTP:
    return TOTP(secret, DIGITS, SHA1(), STEP_SECONDS)


def _fernet(key: str) -> Fernet:
    derived = HKDF(SHA256(), 32, salt=None, info=b"redress second factor").derive(key.encode())
    return Fernet(urlsafe_b64encode(derived))
