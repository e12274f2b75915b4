"""Signed words in strangers' links: no session, no database row, forged ones are refused.

What a former secret signed is still read where it is given too (the newest first): a link in a mail
must work years later.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from core.errors import Invalid

UNSUBSCRIBE, DOWNLOAD = "unsubscribe", "download"
DOWNLOAD_LASTS = timedelta(days=14)

Secret = str | Sequence[str]


class Expired(Invalid):
    """The link was good once."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """Who is to be unsubscribed: a client's lead, in answer to which message."""

    client_id: int
    lead_id: int


def unsubscribe(secret: str, client_id: int, lead_id: int) -> str:
    """The token of an unsubscribe link; it never expires, as a mail may be read years later."""
    return _signer(secret, UNSUBSCRIBE).dumps([client_id, lead_id])


def read_unsubscribe(secret: Secret, token: str) -> Leaving:
    """Whom the token names; Invalid where it was not made by us."""
    return Leaving(*_numbers(_read(secret, UNSUBSCRIBE, token, None), 2))


def download(secret: str, deliverable_id: int) -> str:
    """The token of a download link of one finished file."""
    return _signer(secret, DOWNLOAD).dumps([deliverable_id])


def read_download(secret: Secret, token: str, *, lasts: timedelta = DOWNLOAD_LASTS) -> int:
    """Which deliverable the token names; Expired or Invalid."""
    return _numbers(_read(secret, DOWNLOAD, token, lasts), 1)[0]


def unsubscribe_url(public_url: str, secret: str, client_id: int, lead_id: int) -> str:
    """The link in the footer and in List-Unsubscribe."""
    return f"{public_url.rstrip('/')}/u/{unsubscribe(secret, client_id, lead_id)}"


def download_url(public_url: str, secret: str, deliverable_id: int) -> str:
    """A link that gives the file to whoever holds it, for 14 days."""
    return f"{public_url.rstrip('/')}/d/{download(secret, deliverable_id)}"


def _read(secret: Secret, purpose: str, token: str, lasts: timedelta | None) -> object:
    try:
        seconds = int(lasts.total_seconds()) if lasts is not None else None
        return _signer(secret, purpose).loads(token, max_age=seconds)
    except SignatureExpired:
        raise Expired("This link has expired. Ask for a new one.") from None
    except (BadSignature, ValueError):
        raise Invalid("This link is not valid. Look whether it was copied whole.") from None


def _numbers(found: object, count: int) -> list[int]:
    if not isinstance(found, list) or len(found) != count:
        raise Invalid("This link is not valid. Look whether it was copied whole.")
    return [int(number) for number in found]


def _signer(secret: Secret, purpose: str) -> URLSafeTimedSerializer:
    return _signing(secret if isinstance(secret, str) else tuple(reversed(secret)), purpose)


@lru_cache(maxsize=16)
def _signing(secret: str | tuple[str, ...], purpose: str) -> URLSafeTimedSerializer:
    keys = secret if isinstance(secret, str) else list(secret)  # the last one signs
    return URLSafeTimedSerializer(keys, salt=f"aicmo.{purpose}")
