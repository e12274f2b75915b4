"""The search box of the frame: what begins with the words, each kind through its own index."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from core.domain.access import Viewer
from core.queries import lead_search, paging
from db.models import Campaign, Contact, Lead, Thread

SHORTEST = 2
EACH = 5


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: the page that shows it and the URL parameter that names it there."""

    title: str
    note: str
    icon: str
    page: str
    parameter: str
    id: int


def everywhere(session: Session, viewer: Viewer, words: str) -> tuple[Hit, ...]:
    """Campaigns, leads (by name or address) and threads of the viewer's clients; 5 of each."""
    wanted = words.strip().lower()
    if len(wanted) < SHORTEST:
        return ()
    clients = paging.client_ids(session, viewer)
    return (
        *_campaigns(session, clients, wanted),
        *_leads(session, clients, wanted),
        *_threads(session, clients, wanted),
    )


def by_address(clients: Sequence[int], wanted: str) -> Select[int]:
    """Contacts whose address begins so: a walk of (client, email_key)."""
    return (
        select(Contact.id)
        .where(Contact.client_id.in_(clients), *_between(Contact.email_key, wanted))
        .limit(EACH)
    )


def by_name(clients: Sequence[int], wanted: str) -> Select[int]:
    """Contacts whose "last first" name begins so: a walk of (client, name_key)."""
    return (
        select(Contact.id)
        .where(Contact.client_id.in_(clients), *_between(Contact.name_key, wanted))
        .limit(EACH)
    )


def _campaigns(session: Session, clients: Sequence[int], wanted: str) -> list[Hit]:
    statement = (
        select(Campaign.id, Campaign.name)
        .where(Campaign.client_id.in_(clients))
        .where(func.lower(Campaign.name).contains(wanted, autoescape=True))
        .order_by(Campaign.id.desc())
        .limit(EACH)
    )
    return [
        Hit(row.name, "campaign", "campaign", "campaigns.py", "campaign", row.id)
        for row in session.execute(statement)
    ]


def _leads(session: Session, clients: Sequence[int], wanted: str) -> list[Hit]:
    found = {*session.scalars(by_address(clients, wanted))}
    for name in lead_search.name_keys(wanted):
        found |= {*session.scalars(by_name(clients, name))}
    statement = (
        select(Lead.id, Contact.first_name, Contact.last_name, Contact.email)
        .join(Contact, Contact.id == Lead.contact_id)
        .where(Lead.contact_id.in_(found))
        .order_by(Lead.id.desc())
        .limit(EACH)
    )
    return [
        Hit(
            " ".join(part for part in (row.first_name, row.last_name) if part) or row.email,
            row.email if row.first_name or row.last_name else "lead",
            "person",
            "leads.py",
            "lead",
            row.id,
        )
        for row in session.execute(statement)
    ]


def _threads(session: Session, clients: Sequence[int], wanted: str) -> list[Hit]:
    contacts = session.scalars(by_address(clients, wanted)).all()
    leads = session.scalars(select(Lead.id).where(Lead.contact_id.in_(contacts))).all()
    statement = (
        select(Thread.id, Thread.subject, Thread.address)
        .where(Thread.lead_id.in_(leads), Thread.client_id.in_(clients))
        .order_by(Thread.id.desc())
        .limit(EACH)
    )
    return [
        Hit(row.subject, row.address, "mail", "mail.py", "thread", row.id)
        for row in session.execute(statement)
    ]


def _between(column: Any, start: str) -> tuple[ColumnElement[bool], ...]:
    """Begins with `start`, said as a range so that an index serves it on both databases."""
    return (column >= start, column < start + "\U0010ffff")
