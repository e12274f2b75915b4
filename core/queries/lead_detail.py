"""One lead: who it is, what is known and from whom, why it scored so, what happened, what next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.domain import scoring
from core.domain.access import Viewer
from core.domain.keys import subject as subject_of
from core.domain.states import LeadState
from core.queries import leads, next_up, predictions, timelines
from core.queries.lead_conditions import aside
from core.queries.leads import LeadRow
from core.queries.next_up import NextUp
from core.queries.predictions import Said
from core.queries.timelines import Entry
from db.models import Account, Campaign, Contact, Fact, Lead, LeadScore, Signal

OTHERS = 10


@dataclass(frozen=True, slots=True)
class Known:
    """One fact with where it comes from; `of` is "person" or "company"."""

    of: str
    field: str
    value: str
    provider: str
    confidence: float
    at: datetime


@dataclass(frozen=True, slots=True)
class Reason:
    """One line of a score: what it gave, of how much, and the sentence that says why."""

    axis: str
    points: float
    of: float
    sentence: str
    known: bool


@dataclass(frozen=True, slots=True)
class SignalRow:
    """A signal of opportunity with its source and date."""

    kind: str
    detail: str
    source: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Other:
    """The same person in another campaign, or a colleague in the same."""

    lead_id: int
    name: str
    campaign: str
    state: LeadState
    same_person: bool


@dataclass(frozen=True, slots=True)
class LeadDetail:
    """All of one lead that a page shows."""

    row: LeadRow
    client_id: int
    campaign_id: int
    contact_id: int
    contact_version: int
    owner_id: int | None
    phone: str | None
    linkedin: str | None
    place: str
    industry: str | None
    employees: int | str | None  # a text where it is known as a range
    website: str | None
    notes: str | None
    facts: tuple[Known, ...]
    reasons: tuple[Reason, ...]
    scored_at: datetime | None
    shares: tuple[float, float, float] | None  # of the axes in the total; None: rules changed since
    signals: tuple[SignalRow, ...]
    others: tuple[Other, ...]
    timeline: tuple[Entry, ...]
    next_up: NextUp
    prediction: Said | None


def detail(session: Session, viewer: Viewer, lead_id: int, *, now: datetime) -> LeadDetail | None:
    """The lead, or None where there is none or it is another client's (the two read the same)."""
    lead = session.get(Lead, lead_id)
    if lead is None or not viewer.sees(lead.client_id):
        return None
    (row,) = leads.rows(session, viewer, [lead_id])
    contact = session.get_one(Contact, lead.contact_id)
    account = session.get(Account, lead.account_id) if lead.account_id else None
    score = session.get(LeadScore, lead_id)
    return LeadDetail(
        row=row,
        client_id=lead.client_id,
        campaign_id=lead.campaign_id,
        contact_id=contact.id,
        contact_version=contact.version,
        owner_id=lead.owner_id,
        phone=contact.phone,
        linkedin=contact.linkedin,
        place=_place(contact, account),
        industry=account.industry if account else None,
        employees=row.employees,
        website=account.domain if account else None,
        notes=contact.notes,
        facts=_facts(session, lead),
        reasons=reasons(score.reasons if score else []),
        scored_at=score.at if score else None,
        shares=_shares(session, lead),
        signals=_signals(session, lead),
        others=_others(session, lead),
        timeline=timelines.of_lead(session, viewer, lead_id),
        next_up=next_up.of_lead(session, viewer, lead_id, now=now),
        prediction=predictions.of_lead(session, viewer, lead_id),
    )


def _shares(session: Session, lead: Lead) -> tuple[float, float, float] | None:
    campaign = session.get_one(Campaign, lead.campaign_id)
    known = lead.rules_version == campaign.rules_version
    return scoring.shares_of(campaign.rules or {}) if known else None


def _facts(session: Session, lead: Lead) -> tuple[Known, ...]:
    """What providers said of the lead's person and company, person first."""
    found = session.execute(
        select(Fact)
        .where(Fact.subject.in_(_subjects(lead)), Fact.client_id == lead.client_id)
        .order_by(Fact.subject.desc(), Fact.field, Fact.confidence.desc())
    ).scalars()
    return tuple(
        Known(
            of="person" if fact.subject.startswith("contact:") else "company",
            field=fact.field,
            value=_text(fact.value),
            provider=fact.provider,
            confidence=fact.confidence,
            at=fact.observed_at,
        )
        for fact in found
    )


def _signals(session: Session, lead: Lead) -> tuple[SignalRow, ...]:
    """Signals of the lead's person and company, the latest first."""
    found = session.execute(
        select(Signal.kind, Signal.detail, Signal.source, Signal.observed_at)
        .where(Signal.subject.in_(_subjects(lead)), Signal.client_id == lead.client_id)
        .order_by(Signal.observed_at.desc())
    )
    return tuple(SignalRow(*row) for row in found)


def reasons(stored: Iterable[dict[str, Any]]) -> tuple[Reason, ...]:
    """The reasons of a stored score, the strongest first, what is unknown last."""
    told = [
        Reason(
            axis=str(reason.get("axis", "fit")),
            points=float(reason.get("points") or 0),
            of=float(reason.get("of") or 0),
            sentence=str(reason.get("sentence", "")),
            known=bool(reason.get("known", True)),
        )
        for reason in stored
    ]
    return tuple(sorted(told, key=lambda one: (not one.known, -abs(one.points))))


def _others(session: Session, lead: Lead) -> tuple[Other, ...]:
    """The same person elsewhere and colleagues, within the client."""
    same = [Lead.contact_id == lead.contact_id]
    if lead.account_id is not None:
        same.append(Lead.account_id == lead.account_id)
    mine = aside(Lead.client_id) == lead.client_id  # by the person and company, of all the client's
    found = session.execute(
        select(Lead, Contact, Campaign.name)
        .join(Contact, Contact.id == Lead.contact_id)
        .join(Campaign, Campaign.id == Lead.campaign_id)
        .where(or_(*same), mine, Lead.id != lead.id)
        .limit(OTHERS)
    )
    told = [
        Other(
            lead_id=other.id,
            name=leads.person(contact.first_name, contact.last_name, contact.email),
            campaign=campaign,
            state=other.state,
            same_person=other.contact_id == lead.contact_id,
        )
        for other, contact, campaign in found
    ]
    return tuple(sorted(told, key=lambda other: not other.same_person))


def _subjects(lead: Lead) -> list[str]:
    subjects = [subject_of("contact", lead.contact_id)]
    return subjects + ([subject_of("account", lead.account_id)] if lead.account_id else [])


def _place(contact: Contact, account: Account | None) -> str:
    city = contact.city or (account.city if account else None)
    country = contact.country or (account.country if account else None)
    return ", ".join(part for part in (city, country) if part)


def _text(value: Any) -> str:
    return ", ".join(str(part) for part in value) if isinstance(value, list) else str(value)
