"""Contacts and companies as the matching takes them: those that changed, some by their ids, a
sample from which it is learnt which values are common.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from core.domain.matches import MatchKind
from core.learn import matching_companies, matching_people
from core.learn.matching_companies import Company
from core.learn.matching_fields import Commonness
from core.learn.matching_people import Person
from core.services import bulk
from db.models import Account, Contact

SAMPLE = 20_000
Prepared = matching_people.Ready | matching_companies.Ready


class Row(NamedTuple):
    """One contact or company, prepared for comparing."""

    id: int
    client_id: int
    updated_at: datetime
    ready: Any  # Prepared: of a person or of a company, as its kind says


def changed(
    session: Session, kind: MatchKind, *, after: tuple[datetime, int] | None, limit: int
) -> list[Row]:
    """Those that are new or changed since, the longest ago first."""
    model = _model(kind)
    query = _select(kind).order_by(model.updated_at, model.id).limit(limit)
    if after is not None:
        query = query.where(tuple_(model.updated_at, model.id) > after)
    return [_row(kind, found) for found in _read(session, query)]


def by_ids(session: Session, kind: MatchKind, ids: Sequence[int]) -> dict[int, Row]:
    """Those of these ids that were not merged away."""
    found = _read(session, _select(kind).where(bulk.among(session, _model(kind).id, ids)))
    return {row.id: _row(kind, row) for row in found}


def commonness(session: Session, kind: MatchKind, client_id: int) -> Commonness:
    """Which values are common among the client's, told by a sample."""
    model = _model(kind)
    mine = _select(kind).where(model.client_id == client_id)
    if kind == MatchKind.CONTACT:  # in an order that has nothing to do with names
        mine = mine.order_by(Contact.email_domain)
    rows = [_row(kind, found).ready for found in _read(session, mine.limit(SAMPLE))]
    number = session.execute(
        select(func.count()).select_from(model).where(model.client_id == client_id)
    ).scalar_one()
    if kind == MatchKind.CONTACT:
        return matching_people.commonness(rows, people_in_all=number)
    return matching_companies.commonness(rows, companies_in_all=number)


def _model(kind: MatchKind) -> type[Contact] | type[Account]:
    return Contact if kind == MatchKind.CONTACT else Account


@lru_cache(maxsize=2)
def _select(kind: MatchKind) -> Any:
    if kind == MatchKind.ACCOUNT:
        return select(
            *(Account.id, Account.client_id, Account.updated_at, Account.name, Account.key),
            *(Account.domain, Account.city, Account.country),
        ).where(Account.merged_into_id.is_(None))
    return (
        select(
            *(Contact.id, Contact.client_id, Contact.updated_at, Contact.first_name),
            *(Contact.last_name, Contact.email_key, Contact.free_mail, Contact.disposable),
            *(Contact.role_account, Contact.phone, Contact.linkedin, Contact.title),
            *(Contact.city, Contact.country, Account.name, Account.domain),
        )
        .outerjoin(Account, Account.id == Contact.account_id)
        .where(Contact.merged_into_id.is_(None))
    )


def _read(session: Session, query: Any) -> list[Any]:
    """Past the mapper: nobody changes these rows."""
    session.flush()
    return bulk.named(session.connection().execute(query))


def _row(kind: MatchKind, row: Any) -> Row:
    if kind == MatchKind.ACCOUNT:
        name = row.name or row.key.removeprefix("name:")
        company = Company(
            row.id, name, row.domain or "", row.city or "", (row.country or "").casefold()
        )
        return Row(row.id, row.client_id, row.updated_at, matching_companies.ready(company))
    person = Person(
        row.id,
        first=row.first_name or "",
        last=row.last_name or "",
        email=row.email_key,
        free_mail=row.free_mail or row.disposable,
        role_account=row.role_account,
        company=row.name or "",
        domain=row.domain or "",
        phone=row.phone or "",
        linkedin=row.linkedin or "",
        title=row.title or "",
        town=row.city or "",
        country=row.country or "",
    )
    return Row(row.id, row.client_id, row.updated_at, matching_people.ready(person))
