"""Contacts found by the beginning of their address, domain or name."""

from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from db.models import Contact

MATCHES = 300  # contacts a search by text looks at, a client
NAME_WORDS = 6  # words of a name that are turned round in a search
TOP = "\U0010ffff"  # sorts after every text with the same beginning


def name_keys(text: str) -> tuple[str, ...]:
    """What a name may begin with in `name_key` ("last first"), whichever way round it was typed:
    "anna van dyk" is also looked for as "van dyk anna".
    """
    parts = text.split()[:NAME_WORDS]
    turned = (" ".join((*parts[at:], *parts[:at])) for at in range(len(parts)))
    return tuple(dict.fromkeys(turned))


def _beginnings(text: str) -> list[tuple[Any, str]]:
    walks: list[tuple[Any, str]] = [(Contact.email_key, text), (Contact.email_domain, text)]
    return walks + [(Contact.name_key, key) for key in name_keys(text)]


def all_alike(client_id: int, text: str) -> Any:
    """The ids of all of them, as a select."""
    begins = ((column >= start) & (column < start + TOP) for column, start in _beginnings(text))
    return select(Contact.id).where(Contact.client_id == client_id, or_(*begins))


def alike(session: Session, client_id: int, text: str) -> tuple[int, ...]:
    """Contacts of the client whose address, domain or name begins with the text, some few."""
    ids: list[int] = []
    for column, start in _beginnings(text):
        ids += session.execute(
            select(Contact.id)
            .where(Contact.client_id == client_id, column >= start, column < start + TOP)
            .limit(MATCHES)
        ).scalars()
    return tuple(dict.fromkeys(ids))
