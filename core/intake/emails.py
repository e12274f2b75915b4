"""An address out of a cell: the plain ones at once, the odd ones by email-validator."""

import re
from functools import lru_cache

import disposable_email_domains
from email_validator import EmailNotValidError, validate_email

from core.domain import addresses

_IN_BRACKETS = re.compile(r"<([^<>\s]+@[^<>\s]+)>")
_BETWEEN = re.compile(r"[;,\s|/]+")
_DISPOSABLE: frozenset[str] = frozenset(disposable_email_domains.blocklist)


def read(cell: str) -> tuple[str | None, str]:
    """(key, "") of the address in a cell, or (None, why there is none).

    `Anna Berg <anna@acme.example>` and lists of addresses are understood; the first counts.
    """
    text = cell.strip().lower()
    if addresses.PLAIN.fullmatch(text) and len(text) <= addresses.LONGEST and "xn--" not in text:
        return text, ""
    return _odd(cell.strip()) if len(cell) <= 2000 else (None, "The address is too long.")


def valid(address: str) -> bool:
    """Whether this text, as it stands, is an address that mail can be sent to over the internet."""
    if addresses.PLAIN.fullmatch(address.lower()) and len(address) <= addresses.LONGEST:
        return len(address.partition("@")[0]) <= 64
    try:
        parts = validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return False
    return len(parts.local_part) <= 64


@lru_cache(maxsize=4096)
def _odd(text: str) -> tuple[str | None, str]:
    if not text:
        return None, "There is no e-mail address."
    found = _IN_BRACKETS.search(text)
    candidates = [found.group(1)] if found else [text, *_several(text)]
    why = ""
    for candidate in candidates:
        key, reason = _checked(candidate)
        if key:
            return key, ""
        why = why or reason
    return None, why


def _several(text: str) -> list[str]:
    return [part for part in _BETWEEN.split(text) if "@" in part] if text.count("@") > 1 else []


def _checked(text: str) -> tuple[str | None, str]:
    key = addresses.normalise(text)
    if key is None:
        return None, f"'{text[:80]}' is no e-mail address."
    try:
        # .example and .test are how demonstrations and tests name addresses that reach nobody
        validate_email(key, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        return None, f"'{text[:80]}' is no e-mail address: {str(error)[:120]}"
    return key, ""


@lru_cache(maxsize=65536)
def is_disposable(domain: str) -> bool:
    """Whether the domain gives throw-away addresses (list: disposable-email-domains)."""
    if domain in _DISPOSABLE:
        return True
    parent = domain.partition(".")[2]
    return "." in parent and parent in _DISPOSABLE
