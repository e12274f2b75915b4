"""Who waits to be enriched, whose verdict is stale, and what providers said of them before."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from core.domain.keys import subject
from core.domain.lookups import ASK_AGAIN
from core.domain.states import EmailStatus, LeadState
from core.services import bulk
from core.services.facts import Found
from db.models import Account, Contact, Fact, Lead

_contact, _account, _lead, _fact = (
    bulk.table_of(model) for model in (Contact, Account, Lead, Fact)
)
Rows = Sequence[Any]
WORKED_ON = (  # states in which an address still matters
    *(LeadState.ENRICHED, LeadState.SCORED, LeadState.QUALIFIED, LeadState.REVIEW),
    *(LeadState.ROUTED, LeadState.NURTURED),
)
_KNOWN = (
    *(_contact.c.email_key, _contact.c.email_domain, _contact.c.email_status_at),
    *(_contact.c.email_ask_at, _contact.c.first_name, _contact.c.last_name, _contact.c.title),
    *(_contact.c.seniority, _contact.c.department, _contact.c.phone, _contact.c.linkedin),
    *(_contact.c.city, _contact.c.state, _contact.c.free_mail, _contact.c.role_account),
    *(_contact.c.disposable, _contact.c.country.label("contact_country")),
    *(_account.c.country.label("account_country"), _account.c.name.label("company")),
    *(_account.c.domain.label("company_domain"), _account.c.industry, _account.c.employees),
    *(_account.c.revenue, _account.c.technologies, _account.c.city.label("account_city")),
)


def waiting(session: Session, campaign_id: int, *, after: int, limit: int) -> Rows:
    """Harvested leads of a campaign by id, with what is known of person and company."""
    query = (
        select(*(_lead.c.id, _lead.c.client_id, _lead.c.contact_id, _lead.c.account_id), *_KNOWN)
        .select_from(
            _lead.join(_contact, _contact.c.id == _lead.c.contact_id).outerjoin(
                _account, _account.c.id == _lead.c.account_id
            )
        )
        .where(
            _lead.c.campaign_id == campaign_id,
            _lead.c.state == LeadState.HARVESTED,
            _lead.c.id > after,
        )
        .order_by(_lead.c.id)
        .limit(limit)
    )
    return bulk.named(session.connection().execute(query))


def stale(session: Session, campaigns: Sequence[int], *, now: datetime, limit: int) -> Rows:
    """Persons of leads that are worked on whose address is to be judged again; the longest waiting
    first. What is known to be invalid stays so.
    """
    open_lead = exists().where(
        _lead.c.contact_id == _contact.c.id,
        _lead.c.state.in_(WORKED_ON),
        _lead.c.campaign_id.in_(campaigns),
    )
    query = (
        _persons()
        .where(
            _contact.c.email_ask_at <= now,
            _contact.c.email_status != EmailStatus.INVALID,
            open_lead,
        )
        .order_by(_contact.c.email_ask_at)
        .limit(limit)
    )
    return bulk.named(session.connection().execute(query))


def persons(session: Session, contact_ids: Sequence[int]) -> Mapping[int, Any]:
    """The same of these persons, by id."""
    query = _persons().where(bulk.among(session, _contact.c.id, contact_ids))
    return {row.contact_id: row for row in bulk.named(session.connection().execute(query))}


def must_verify(row: Any, now: datetime) -> bool:
    """Whether an address was never judged, or so long ago that the verdict is stale."""
    if row.email_status_at is None:
        return True
    due: datetime = row.email_ask_at or row.email_status_at + ASK_AGAIN
    return due <= now


def stored(session: Session, subjects: Sequence[str]) -> Mapping[str, list[Found]]:
    """What providers said before, by subject; a killed run goes on with what it had paid for."""
    rows = session.execute(
        select(_fact.c.subject, _fact.c.field, _fact.c.value, _fact.c.provider, _fact.c.confidence)
        .where(bulk.among(session, _fact.c.subject, sorted(set(subjects))))
        .order_by(_fact.c.id)
    )
    found: dict[str, list[Found]] = {}
    for row in rows:
        about = row.subject.partition(":")[0]
        fact = Found(about, row.field, row.value, row.provider, row.confidence, kept=True)
        found.setdefault(row.subject, []).append(fact)
    return found


def subjects_of(rows: Sequence[Any]) -> list[str]:
    """What facts about these rows are filed under."""
    contacts = [subject("contact", row.contact_id) for row in rows]
    return contacts + [subject("account", row.account_id) for row in rows if row.account_id]


def _persons() -> Any:
    return select(
        _contact.c.id.label("id"),
        _contact.c.id.label("contact_id"),
        _contact.c.client_id,
        _contact.c.account_id,
        *_KNOWN,
    ).select_from(_contact.outerjoin(_account, _account.c.id == _contact.c.account_id))
