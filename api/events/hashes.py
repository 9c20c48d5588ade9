"""What the log holds in place of words."""

import hashlib


def salted_sha256(salt: bytes, text: str) -> str:
    """Hex SHA-256 of salt and text. Erasing the salt makes it meaningless."""
    return hashlib.sha256(salt + text.encode()).hexdigest()
