"""Contacts and their companies: one person an address and client, one company a domain."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from core.domain import keys
from core.domain.access import Act, Viewer
from core.errors import Invalid, Stale
from core.intake import clean, companies, emails, people
from core.intake.dedupe import laid_over
from core.services import audit, bulk, guard
from db.models import Account, Contact
from db.upsert import insert_ignore

COLUMNS = frozenset(
    {
        *("first_name", "last_name", "title", "seniority", "department", "phone", "linkedin"),
        *("city", "state", "country", "language", "timezone", "tags", "notes", "custom"),
        *("consent_at", "account_id"),
    }
)
EDITABLE = COLUMNS - {"account_id", "consent_at"}


def add(
    session: Session,
    viewer: Viewer,
    client_id: int,
    address: str,
    *,
    now: datetime,
    company: str | None = None,
    **given: Any,
) -> Contact:
    """A contact by its address. One that is known is filled where it has gaps, never overwritten.

    `given` are columns of COLUMNS. Invalid where the text is no address.
    """
    guard.allow(viewer, Act.EDIT_LEADS, client_id)
    _check_columns(given, COLUMNS)
    key, why = emails.read(address)
    if key is None:
        raise Invalid(why)
    if "account_id" not in given:
        given["account_id"] = account_of(session, client_id, key, company=company, now=now)
    row = new_row(client_id, key, now) | {"id": bulk.next_ids(session, Contact, 1)[0]}
    insert_ignore(session, Contact, [row])
    contact = session.execute(
        select(Contact).where(Contact.client_id == client_id, Contact.email_key == key)
    ).scalar_one()
    if contact.merged_into_id is not None:  # another address of somebody who was kept
        contact = session.get_one(Contact, contact.merged_into_id)
    known = {name: getattr(contact, name) for name in given}
    filled = {name: value for name, value in given.items() if value not in (None, "")}
    for name, value in laid_over(known, filled, "fill").items():
        setattr(contact, name, value)
        contact.updated_at = now
    session.flush()
    return contact


def edit(
    session: Session,
    viewer: Viewer,
    contact_id: int,
    *,
    version: int,
    now: datetime,
    **given: Any,
) -> Contact:
    """A person's edit of columns in EDITABLE; Stale where somebody else was quicker."""
    contact = guard.owned(session, viewer, Contact, contact_id, Act.EDIT_LEADS)
    _check_columns(given, EDITABLE)
    values = {name: _typed(name, value) for name, value in given.items()}
    before = {name: getattr(contact, name) for name in values}
    changed = session.execute(
        update(Contact)
        .where(Contact.id == contact_id, Contact.version == version)
        .values(**values, updated_at=now, version=Contact.version + 1)
        .returning(Contact.id)
    ).scalar_one_or_none()
    if changed is None:
        raise Stale("Somebody else changed this contact meanwhile. Look at it again.")
    session.refresh(contact)
    audit.record(
        session,
        viewer,
        "contact changed",
        keys.subject("contact", contact_id),
        now=now,
        client_id=contact.client_id,
        before=before,
        after=values,
    )
    return contact


def account_of(
    session: Session,
    client_id: int,
    email_key: str,
    *,
    company: str | None = None,
    domain: str | None = None,
    now: datetime,
) -> int | None:
    """The id of a person's company, made where it is new; None where nothing names one."""
    key = account_key(email_key, domain, company)
    if key is None:
        return None
    row = account_row(client_id, key, now) | ({"name": company[:300]} if company else {})
    insert_ignore(session, Account, [row | {"id": bulk.next_ids(session, Account, 1)[0]}])
    return session.execute(
        select(func.coalesce(Account.merged_into_id, Account.id)).where(
            Account.client_id == client_id, Account.key == key
        )
    ).scalar_one()


def account_key(email_key: str, domain: str | None, company: str | None) -> str | None:
    """What a company is known by: its own domain, that of the address unless it is a free-mail
    one, else its name without legal form.
    """
    _, free, disposable = people.kinds(email_key)
    anybodys = free or disposable
    return companies.key(domain, None if anybodys else email_key.rpartition("@")[2], company)


def new_row(client_id: int, key: str, now: datetime) -> dict[str, Any]:
    """The columns that a new contact has by its address alone."""
    role, free, disposable = people.kinds(key)
    return {
        "client_id": client_id,
        "email": key,
        "email_key": key,
        "email_domain": key.rpartition("@")[2],
        "email_status": "unknown",
        "role_account": role,
        "free_mail": free,
        "disposable": disposable,
        "lifecycle": "new",
        "tags": [],
        "custom": {},
        "created_at": now,
        "updated_at": now,
        "version": 1,
    }


def account_row(client_id: int, key: str, now: datetime) -> dict[str, Any]:
    """The columns that a new company has by its key alone."""
    return {
        "client_id": client_id,
        "key": key,
        "domain": None if key.startswith("name:") else key,
        "technologies": [],
        "custom": {},
        "created_at": now,
        "updated_at": now,
    }


def _check_columns(given: Mapping[str, Any], known: frozenset[str]) -> None:
    strange = sorted(set(given) - known)
    if strange:
        raise Invalid(f"A contact has no {', '.join(strange)} that could be set.")


def _typed(name: str, value: Any) -> Any:
    """A typed value as it is stored; Invalid where it cannot be read."""
    if name == "country" and value:
        code = clean.country(str(value))
        if code is None:
            raise Invalid(f"'{value}' is no country that we know.")
        return code
    if isinstance(value, str):
        return clean.text(value) or None
    return value
