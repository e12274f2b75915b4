"""Pairs and people who look alike, for tests of matching and merging."""

from typing import Any

from sqlalchemy.orm import Session

from db.models import Account, Client, Contact, MatchPair
from tests.factories import NOW, make_account, make_contact, number


def make_alike(
    session: Session, client: Client, account: Account | None = None, **given: Any
) -> tuple[Contact, Contact]:
    """Theodora Quillfeather by two addresses of one company."""
    account = account or make_account(session, client)
    n = number()
    one = {"first_name": "Theodora", "last_name": f"Quillfeather{n}", "phone": "+493012345678"}
    first = make_contact(session, client, account, **one, **given, email=f"tq{n}@{account.domain}")
    other = make_contact(
        session, client, account, **one, email=f"theodora.quillfeather{n}@{account.domain}"
    )
    return first, other


def make_pair(
    session: Session, low: Contact | Account, high: Contact | Account, **given: Any
) -> MatchPair:
    """An open pair with some evidence."""
    values: dict[str, Any] = {
        "client_id": low.client_id,
        "kind": "contact" if isinstance(low, Contact) else "account",
        "low_id": min(low.id, high.id),
        "high_id": max(low.id, high.id),
        "probability": 0.97,
        "evidence": [{"sentence": "Same family name: Quillfeather", "bits": 9.0}],
        "found_at": NOW,
    }
    row = MatchPair(**values | given)
    session.add(row)
    session.flush()
    return row
