"""The list of leads: filtered, sorted and cut by key, however many there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, select
from sqlalchemy.orm import Session

from core.domain import head_counts
from core.domain.access import Viewer
from core.domain.predictions import PredictorState
from core.domain.states import EmailStatus, LeadState, Tier
from core.queries import lead_streams, marks, paging
from core.queries.lead_filters import LeadFilter, LeadSort
from db.models import (
    Account,
    Campaign,
    Client,
    Contact,
    ContactTag,
    Lead,
    LeadList,
    LeadListMember,
    LeadPrediction,
    LeadScore,
    Predictor,
    Tag,
    User,
)

__all__ = ["LeadFilter", "LeadRow", "LeadSort", "page", "person", "rows", "sources"]


@dataclass(frozen=True, slots=True)
class LeadRow:
    """One line of the list; `reason` is the state's reason, else the strongest of the score."""

    lead_id: int
    version: int
    client: str
    campaign: str
    name: str
    email: str
    email_status: EmailStatus
    title: str | None
    company: str | None
    state: LeadState
    reason: str | None
    tier: Tier | None
    fit: int | None
    opportunity: int | None
    engagement: int | None
    total: int | None
    confidence: int | None
    owner: str | None
    source: str
    created_at: datetime
    updated_at: datetime
    client_id: int
    contact_id: int
    phone: str | None
    linkedin: str | None
    department: str | None
    seniority: str | None
    city: str | None
    country: str | None
    industry: str | None
    employees: int | str | None  # a text where it is known as a range
    website: str | None
    tags: tuple[str, ...]
    lists: tuple[str, ...]
    custom: Mapping[str, Any]
    predicted: float | None  # percent, by the version in use


def page(
    session: Session,
    viewer: Viewer,
    wanted: LeadFilter,
    *,
    cursor: str | None = None,
    size: int = paging.SIZE,
) -> paging.Page[LeadRow]:
    """One page of leads with the total counted up to the cap."""
    walk = lead_streams.streams(session, viewer, wanted)
    found = paging.read(
        session, walk.streams, walk.order, cursor=cursor, size=size, narrow=walk.narrow,
        examined=walk.examined,
    )  # fmt: skip
    if walk.counted:
        total = paging.count(session, walk.counted)
    else:
        total = paging.count(
            session, walk.streams, walk.order, narrow=walk.narrow, examined=walk.examined
        )
    if walk.cut:
        total = paging.Count(total.number, more=True)
    told = rows(session, viewer, [row[-1] for row in found.rows])
    return paging.Page(told, found.next, found.prev, total, found.partly)


def sources(session: Session, viewer: Viewer) -> tuple[str, ...]:
    """Where the latest leads came from, for the filter; looks at the newest few thousand only."""
    names: set[str] = set()
    for client_id in paging.client_ids(session, viewer):
        latest = (
            select(Lead.source)
            .where(Lead.client_id == client_id)
            .order_by(Lead.id.desc())
            .limit(2_000)
            .subquery()
        )
        names.update(session.execute(select(latest.c.source).distinct()).scalars())
    return tuple(sorted(names))


def rows(session: Session, viewer: Viewer, lead_ids: Sequence[int]) -> tuple[LeadRow, ...]:
    """These leads in full, in the order given, without those of other clients."""
    if not lead_ids:
        return ()
    found = session.execute(
        select(
            Lead, Contact, Account, Campaign.name, Client.name, User.name, LeadScore.reasons,
            case((Predictor.id.is_not(None), LeadPrediction.chance)),
        )
        .join(Contact, Contact.id == Lead.contact_id)
        .join(Campaign, Campaign.id == Lead.campaign_id)
        .join(Client, Client.id == Lead.client_id)
        .outerjoin(Account, Account.id == Lead.account_id)
        .outerjoin(User, User.id == Lead.owner_id)
        .outerjoin(LeadScore, LeadScore.lead_id == Lead.id)
        .outerjoin(LeadPrediction, LeadPrediction.lead_id == Lead.id)
        .outerjoin(Predictor, and_(Predictor.id == LeadPrediction.predictor_id,
                                   Predictor.state == PredictorState.ACTIVE))
        .where(Lead.id.in_(lead_ids), paging.within(Lead.client_id, viewer, focused=False))
    ).all()  # fmt: skip
    tags = marks.names_of(session, ContactTag, Tag, {row[1].id for row in found})
    lists = marks.names_of(session, LeadListMember, LeadList, {row[0].id for row in found})
    told = {
        row[0].id: _told(row, tags.get(row[1].id, ()), lists.get(row[0].id, ())) for row in found
    }
    return tuple(told[lead_id] for lead_id in lead_ids if lead_id in told)


def person(first: str | None, last: str | None, email: str) -> str:
    """A name to show: first and last, else the address."""
    return " ".join(part for part in (first, last) if part) or email


def _told(row: Any, tags: tuple[str, ...], lists: tuple[str, ...]) -> LeadRow:
    lead, contact, account, campaign, client, owner, reasons, chance = row
    return LeadRow(
        lead_id=lead.id,
        version=lead.version,
        client=client,
        campaign=campaign,
        name=person(contact.first_name, contact.last_name, contact.email),
        email=contact.email,
        email_status=contact.email_status,
        title=contact.title,
        company=(account.name or account.domain) if account else None,
        state=lead.state,
        reason=lead.state_reason or _strongest(reasons),
        tier=lead.tier,
        fit=lead.fit,
        opportunity=lead.opportunity,
        engagement=lead.engagement,
        total=lead.total,
        confidence=lead.confidence,
        owner=owner,
        source=lead.source,
        created_at=lead.created_at,
        updated_at=lead.updated_at,
        client_id=lead.client_id,
        contact_id=contact.id,
        phone=contact.phone,
        linkedin=contact.linkedin,
        department=contact.department,
        seniority=contact.seniority,
        city=contact.city or (account.city if account else None),
        country=contact.country or (account.country if account else None),
        industry=account.industry if account else None,
        employees=head_counts.told(account.employees, account.custom) if account else None,
        website=account.domain if account else None,
        tags=tags,
        lists=lists,
        custom=contact.custom,
        predicted=None if chance is None else round(100 * chance, 1),
    )


def _strongest(reasons: list[dict[str, Any]] | None) -> str | None:
    ranked = sorted(reasons or [], key=lambda reason: -abs(reason.get("points") or 0))
    return str(ranked[0].get("sentence", "")) if ranked else None
