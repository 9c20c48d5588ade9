"""Ticket numbers: readable over the phone, told apart from typing errors, and no clue to how many there are."""

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U. (Source: https://www.crockford.com/base32.html)"""

RANDOM_BITS = 35
_READ_AS = str.maketrans("ILO", "110")


def ticket_number(random: int) -> str:
    """`RD-7F3K-29QX`: seven digits of base 32 from 35 random bits, then a check digit.

    The check is the sum of digit × αⁱ over the field of 32 elements (α a root of x⁵ + x² + 1), so that any one wrong
    digit and any two swapped digits show. Raises ValueError outside 0 … 2³⁵ − 1.
    """
    if not 0 <= random < 1 << RANDOM_BITS:
        raise ValueError(f"{random} does not fit {RANDOM_BITS} bits")
    digits = [random >> shift & 31 for shift in range(RANDOM_BITS - 5, -1, -5)]
    text = "".join(ALPHABET[digit] for digit in digits) + ALPHABET[_check(digits)]
    return f"RD-{text[:4]}-{text[4:]}"


def parse_number(text: str) -> str | None:
    """The number somebody typed, in its written form, or None when it is not one: case, hyphens and I, L, O forgiven."""
    body = text.strip().upper().removeprefix("RD").replace("-", "").replace(" ", "").translate(_READ_AS)
    if len(body) != 8 or any(character not in ALPHABET for character in body):
        return None
    digits = [ALPHABET.index(character) for character in body]
    if _check(digits[:7]) != digits[7]:
        return None
    return f"RD-{body[:4]}-{body[4:]}"


def _check(digits: list[int]) -> int:
    check = 0
    for digit in digits:
        check = _times_alpha(check ^ digit)
    return check


def _times_alpha(element: int) -> int:
    return (element << 1) ^ (0b100101 if element & 0b10000 else 0)
