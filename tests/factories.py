"""Rows for tests: plain functions with sensible defaults, each taking an open session and
giving the row.

    with transaction(sessions) as session:
        lead = make_lead(session, state="qualified")

What is not given is made: a lead brings its campaign, contact, account and client along.
"""

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from core.domain import keys
from core.domain.access import Viewer
from core.domain.states import Direction, MessageKind, MessageState, Role
from db.models import (
    Account,
    Campaign,
    Client,
    Contact,
    Enrolment,
    Lead,
    Mailbox,
    Message,
    ReviewItem,
    SequenceStep,
    Template,
    TemplateVariant,
    Thread,
    User,
    UserClient,
)
from db.models import Sequence as MailSequence

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday, as the clock of the tests stands
ALWAYS = {"days": [0, 1, 2, 3, 4, 5, 6], "start": "00:00", "end": "23:59"}
PASSWORD = "correct horse battery"
# bcrypt of PASSWORD with 4 rounds, so that tests need no second to sign in
PASSWORD_HASH = "$2b$04$50t3HcKrLe8Fy6QhqyHy.uAmetwn5SApZ9Yl9NAsO1gaeJElBqVru"

_numbers = itertools.count(1)


def number() -> int:
    """A number not given before in this process."""
    return next(_numbers)


def make_client(session: Session, **given: Any) -> Client:
    """A client with a postal address, so that its mails have a footer."""
    n = number()
    values: dict[str, Any] = {
        "name": f"Client {n}",
        "slug": f"client-{n}",
        "postal_address": "1 Main Street, 10115 Berlin",
        "timezone": "Europe/Berlin",
        "currency": "EUR",
        "created_at": NOW,
    }
    return _add(session, Client(**values | given))


def make_user(
    session: Session, role: Role = Role.MANAGER, clients: Sequence[Client] = (), **given: Any
) -> User:
    """A person who may sign in with PASSWORD and works for `clients`."""
    n = number()
    values: dict[str, Any] = {
        "username": f"user{n}",
        "name": f"Person {n}",
        "email": f"user{n}@agency.example",
        "role": role,
        "password_hash": PASSWORD_HASH,
        "created_at": NOW,
    }
    user = _add(session, User(**values | given))
    for client in clients:
        session.add(UserClient(user_id=user.id, client_id=client.id))
    session.flush()
    return user


def viewer_of(
    *clients: Client, role: Role = Role.MANAGER, user: User | None = None, zone: str = "UTC"
) -> Viewer:
    """A viewer of these clients only."""
    return Viewer(
        user_id=user.id if user else None,
        name=user.name if user else "Tester",
        role=role,
        clients=frozenset(client.id for client in clients),
        timezone=zone,
    )


def make_campaign(session: Session, client: Client | None = None, **given: Any) -> Campaign:
    """An active campaign with an empty ICP that sends at any hour."""
    client = client or make_client(session)
    values: dict[str, Any] = {
        "client_id": client.id,
        "name": f"Campaign {number()}",
        "state": "active",
        "settings": {"window": ALWAYS, "timezone": "UTC"},
        "created_at": NOW,
        "started_at": NOW,
    }
    return _add(session, Campaign(**values | given))


def make_account(session: Session, client: Client, **given: Any) -> Account:
    """A company known by its domain."""
    n = number()
    domain = given.pop("domain", f"company{n}.example")
    values: dict[str, Any] = {
        "client_id": client.id,
        "key": domain or f"name:company {n}",
        "domain": domain,
        "name": f"Company {n}",
        "created_at": NOW,
        "updated_at": NOW,
    }
    return _add(session, Account(**values | given))


def make_contact(
    session: Session, client: Client, account: Account | None = None, **given: Any
) -> Contact:
    """A person at a company of their own address's domain."""
    n = number()
    email = given.pop("email", None) or f"anna{n}@{account.domain if account else f'c{n}.example'}"
    key = email.lower()
    values: dict[str, Any] = {
        "client_id": client.id,
        "account_id": account.id if account else None,
        "email": email,
        "email_key": key,
        "email_domain": key.rpartition("@")[2],
        "email_status": "valid",
        "email_status_at": NOW,
        "first_name": "Anna",
        "last_name": f"Berg{n}",
        "title": "VP Marketing",
        "created_at": NOW,
        "updated_at": NOW,
    }
    return _add(session, Contact(**values | given))


def make_lead(
    session: Session,
    campaign: Campaign | None = None,
    contact: Contact | None = None,
    **given: Any,
) -> Lead:
    """A lead (state `harvested` unless given) with contact and company."""
    campaign = campaign or make_campaign(session)
    client = session.get_one(Client, campaign.client_id)
    if contact is None:
        contact = make_contact(session, client, make_account(session, client))
    values: dict[str, Any] = {
        "client_id": client.id,
        "campaign_id": campaign.id,
        "contact_id": contact.id,
        "account_id": contact.account_id,
        "state": "harvested",
        "state_at": NOW,
        "source": "test",
        "created_at": NOW,
        "updated_at": NOW,
    }
    return _add(session, Lead(**values | given))


def make_mailbox(session: Session, client: Client, **given: Any) -> Mailbox:
    """An active mailbox (folder adapters) that is through its ramp and may send at any hour."""
    values: dict[str, Any] = {
        "client_id": client.id,
        "address": f"sales{number()}@agency.example",
        "name": "Sam Sales",
        "signature": "Sam Sales",
        "daily_cap": 1000,
        "ramp_start": 1000,
        "ramp_from": NOW.date() - timedelta(days=365),
        "min_gap_seconds": 0,
        "domain_cap": 1000,
        "window": ALWAYS,
        "synced_at": NOW,
        "created_at": NOW,
    }
    return _add(session, Mailbox(**values | given))


def make_sequence(
    session: Session,
    client: Client | None = None,
    texts: Sequence[tuple[str, str]] = (("Hello {{ first_name }}", "Hi {{ first_name }},\n\nHi."),),
    delay_days: float = 3,
    **given: Any,
) -> MailSequence:
    """A sequence with one step a text (subject, body); the first is due at once."""
    n = number()
    client_id = client.id if client else None
    values: dict[str, Any] = {"client_id": client_id, "name": f"Sequence {n}", "created_at": NOW}
    sequence = _add(session, MailSequence(**values | given))
    for position, (subject, body) in enumerate(texts, start=1):
        template = _add(
            session, Template(client_id=client_id, name=f"T{n}.{position}", created_at=NOW)
        )
        _add(
            session,
            TemplateVariant(template_id=template.id, label="A", subject=subject, body=body),
        )
        delay = 0.0 if position == 1 else delay_days
        _add(
            session,
            SequenceStep(
                sequence_id=sequence.id,
                position=position,
                delay_days=delay,
                template_id=template.id,
            ),
        )
    return sequence


def make_enrolment(
    session: Session, lead: Lead, sequence: MailSequence, mailbox: Mailbox, **given: Any
) -> Enrolment:
    """A lead's active walk through a sequence, due now."""
    values: dict[str, Any] = {
        "client_id": lead.client_id,
        "campaign_id": lead.campaign_id,
        "lead_id": lead.id,
        "sequence_id": sequence.id,
        "mailbox_id": mailbox.id,
        "due_at": NOW,
        "created_at": NOW,
    }
    return _add(session, Enrolment(**values | given))


def make_thread(
    session: Session, mailbox: Mailbox, lead: Lead | None = None, **given: Any
) -> Thread:
    """A conversation, with the lead's address on the other side where there is a lead."""
    address = f"someone{number()}@else.example"
    if lead is not None:
        address = session.get_one(Contact, lead.contact_id).email
    values: dict[str, Any] = {
        "client_id": mailbox.client_id,
        "mailbox_id": mailbox.id,
        "lead_id": lead.id if lead else None,
        "campaign_id": lead.campaign_id if lead else None,
        "subject": "Hello",
        "address": address,
        "last_at": NOW,
    }
    return _add(session, Thread(**values | given))


def make_message(
    session: Session,
    lead: Lead,
    mailbox: Mailbox,
    state: MessageState = MessageState.APPROVED,
    step: int = 1,
    **given: Any,
) -> Message:
    """An outgoing step message, approved in its present version and due now."""
    contact = session.get_one(Contact, lead.contact_id)
    subject = given.get("subject", "Hello")
    body = given.get("body_text", "Hi Anna,\n\nHello.")
    content = keys.content_hash(subject, body, given.get("body_html"))
    values: dict[str, Any] = {
        "key": keys.step_message(lead.campaign_id, lead.id, step),
        "client_id": lead.client_id,
        "campaign_id": lead.campaign_id,
        "lead_id": lead.id,
        "mailbox_id": mailbox.id,
        "step": step,
        "direction": Direction.OUT,
        "kind": MessageKind.STEP,
        "state": state,
        "header_id": f"<{number()}.test@agency.example>",
        "from_address": mailbox.address,
        "to_address": contact.email,
        "subject": subject,
        "body_text": body,
        "content_hash": content,
        "approved_hash": content if state != MessageState.REVIEW else None,
        "due_at": NOW,
        "created_at": NOW,
    }
    return _add(session, Message(**values | given))


def make_review_item(session: Session, lead: Lead, **given: Any) -> ReviewItem:
    """A lead that waits for a person's word."""
    values: dict[str, Any] = {
        "client_id": lead.client_id,
        "campaign_id": lead.campaign_id,
        "lead_id": lead.id,
        "kind": "lead",
        "subject": keys.subject("lead", lead.id),
        "content_hash": keys.content_hash(str(lead.id), str(number())),
        "why": "The score is in the grey band.",
        "created_at": NOW,
    }
    return _add(session, ReviewItem(**values | given))


def _add(session: Session, row: Any) -> Any:
    session.add(row)
    session.flush()
    return row
