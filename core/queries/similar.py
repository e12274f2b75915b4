"""Who resembles a lead: those that converted and are alike, and others of the same name."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain import head_counts
from core.domain.access import Viewer
from core.domain.criteria import spoken
from core.domain.states import LeadState
from core.domain.titles import tokens
from core.queries import leads
from db.models import Account, Contact, Lead

LATEST = 200  # converted leads that are compared
SHOWN = 3
NAMESAKES = 5


@dataclass(frozen=True, slots=True)
class Alike:
    """A lead that converted, and in what it resembles the one looked at."""

    lead_id: int
    name: str
    company: str | None
    shared: tuple[str, ...]
    converted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Namesake:
    """Another contact of the same name: perhaps the same person."""

    contact_id: int
    lead_id: int | None
    name: str
    company: str | None
    email: str


def converted(session: Session, viewer: Viewer, lead_id: int) -> tuple[Alike, ...]:
    """Converted leads of the client that share at least two traits, the most alike first."""
    mine = _row(session, viewer, lead_id)
    if mine is None:
        return ()
    found = session.execute(
        _rows()
        .where(
            Lead.client_id == mine.Lead.client_id,
            Lead.state == LeadState.CONVERTED,
            Lead.id != lead_id,
        )
        .order_by(Lead.id.desc())
        .limit(LATEST)
    )
    alike = [(shared, row) for row in found if len(shared := _shared(mine, row)) > 1]
    alike.sort(key=lambda one: -len(one[0]))
    return tuple(
        Alike(
            lead_id=row.Lead.id,
            name=_name(row.Contact),
            company=row.Account.name if row.Account else None,
            shared=shared,
            converted_at=row.Lead.converted_at,
        )
        for shared, row in alike[:SHOWN]
    )


def namesakes(session: Session, viewer: Viewer, lead_id: int) -> tuple[Namesake, ...]:
    """Other contacts of the client with the same first and last name."""
    mine = _row(session, viewer, lead_id)
    if mine is None or not (mine.Contact.first_name and mine.Contact.last_name):
        return ()
    contact = mine.Contact
    found = session.execute(
        select(Contact, Account.name, Lead.id)
        .outerjoin(Account, Account.id == Contact.account_id)
        .outerjoin(Lead, Lead.contact_id == Contact.id)
        .where(
            Contact.client_id == contact.client_id,
            Contact.name_key == contact.name_key,
            Contact.id != contact.id,
        )
        .order_by(Contact.id, Lead.id)
        .limit(NAMESAKES)
    )
    first = {other.id: (other, company, other_lead) for other, company, other_lead in found}
    return tuple(
        Namesake(other.id, other_lead, _name(other), company, other.email)
        for other, company, other_lead in first.values()
    )


def _rows() -> Any:
    return (
        select(Lead, Contact, Account)
        .join(Contact, Contact.id == Lead.contact_id)
        .outerjoin(Account, Account.id == Lead.account_id)
    )


def _row(session: Session, viewer: Viewer, lead_id: int) -> Any:
    row = session.execute(_rows().where(Lead.id == lead_id)).one_or_none()
    return row if row is not None and viewer.sees(row.Lead.client_id) else None


def _shared(mine: Any, other: Any) -> tuple[str, ...]:
    """The traits that two leads have in common, in words."""
    found = []
    titles = [tokens(row.Contact.title or "") for row in (mine, other)]
    if titles[0] and titles[0] == titles[1]:
        found.append(f"title {other.Contact.title}")
    for name in ("seniority", "department"):
        value = getattr(mine.Contact, name)
        if value and value == getattr(other.Contact, name):
            found.append(f"{name} {spoken(value)}")
    if mine.Account and other.Account:
        found += _companies(mine.Account, other.Account)
    return tuple(found)


def _companies(mine: Account, other: Account) -> list[str]:
    found = []
    if mine.industry and mine.industry == other.industry:
        found.append(f"industry {mine.industry}")
    if mine.country and mine.country == other.country:
        found.append(f"country {mine.country}")
    if mine.employees and other.employees:
        ratio = mine.employees / other.employees
        if 0.5 <= ratio <= 2:
            told = head_counts.told(other.employees, other.custom)
            people = f"{told:,}" if isinstance(told, int) else told
            found.append(f"about as large ({people} people)")
    return found


def _name(contact: Contact) -> str:
    return leads.person(contact.first_name, contact.last_name, contact.email)
