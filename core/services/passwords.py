"""Passwords: bcrypt, nothing else. Slow on purpose, so best called outside a transaction."""

import secrets
from functools import cache

import bcrypt

from core.errors import Invalid

SHORTEST = 10
LONGEST = 72  # bytes: bcrypt reads no further


def fits(password: str, password_hash: str) -> bool:
    """Whether the password fits the bcrypt hash; slow on purpose, so outside a transaction."""
    given = password.encode()
    if len(given) > LONGEST or not password_hash:
        return False
    return bcrypt.checkpw(given, password_hash.encode())


def hashed(password: str) -> str:
    """The bcrypt hash of a password that is long enough; slow on purpose."""
    if len(password) < SHORTEST:
        raise Invalid(f"The password needs at least {SHORTEST} characters.")
    if len(password.encode()) > LONGEST:
        raise Invalid(f"The password may have at most {LONGEST} characters.")
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt()).decode()


def made_up() -> str:
    """A random password that a person can type: four groups of letters and digits."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    groups = ("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))
    return "-".join(groups)


@cache
def no_ones_hash() -> str:
    """A hash that fits nothing, so that an unknown name takes as long as a known one."""
    return hashed(made_up())
