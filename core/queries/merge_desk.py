"""The merge desk: two that may be one, side by side, and what was merged last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from core.domain import head_counts, keys
from core.domain.access import Viewer
from core.domain.matches import MatchKind, MatchState
from core.domain.states import LeadState, SuppressionReason
from core.queries import paging
from core.queries.paging import Count
from db.models import Account, Campaign, Client, Contact, Lead, MatchPair, Merge, Suppression

CAP = 1_000
LEADS = 5  # of each that are shown
PERSON = {
    "first_name": "First name", "last_name": "Family name", "company": "Company",
    "title": "Title", "department": "Department", "phone": "Phone",
    "linkedin": "LinkedIn", "city": "Town", "state": "Region", "country": "Country",
    "language": "Language", "timezone": "Time zone", "notes": "Notes",
}  # fmt: skip
COMPANY = {
    "name": "Name", "industry": "Industry", "employees": "Employees", "revenue": "Revenue",
    "city": "Town", "country": "Country",
}  # fmt: skip
STORED = {"company": "account_id"}  # shown by its name, merged by its id


@dataclass(frozen=True, slots=True)
class LeadOf:
    """A lead of one side."""

    lead_id: int
    campaign_id: int
    campaign: str
    state: LeadState


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: what it is known by, its fields as texts, its leads, its opt-out."""

    row_id: int
    title: str
    known_by: str
    fields: Mapping[str, str]
    since: datetime
    leads: tuple[LeadOf, ...]
    opted_out: SuppressionReason | None
    tags: tuple[str, ...] = ()
    people: int = 0  # of a company
    shared: bool = False  # an address that nobody in particular reads


@dataclass(frozen=True, slots=True)
class PairShown:
    """A pair with all that is needed to decide it. `evidence`: (sentence, bits)."""

    pair_id: int
    client: str
    kind: MatchKind
    probability: float
    evidence: tuple[tuple[str, float], ...]
    left: Side
    right: Side

    def labels(self) -> Mapping[str, str]:
        """Field → its name for people."""
        return PERSON if self.kind is MatchKind.CONTACT else COMPANY

    def differing(self) -> tuple[str, ...]:
        """Fields in which both say something, and not the same."""
        both = ((name, self.left.fields[name], self.right.fields[name]) for name in self.labels())
        return tuple(name for name, mine, theirs in both if mine and theirs and mine != theirs)


@dataclass(frozen=True, slots=True)
class MergeDone:
    """A merge that stands, newest first."""

    merge_id: int
    kind: MatchKind
    kept: str
    gone: str
    by: str
    at: datetime


def waiting(session: Session, viewer: Viewer, kind: MatchKind) -> Count:
    """How many pairs wait, counted to a cap."""
    streams = [
        select(MatchPair.id).where(
            MatchPair.client_id == client_id,
            MatchPair.state == MatchState.OPEN,
            MatchPair.kind == kind,
        )
        for client_id in paging.client_ids(session, viewer)
    ]
    return paging.count(session, streams, cap=CAP)


def pair(
    session: Session,
    viewer: Viewer,
    kind: MatchKind,
    *,
    pair_id: int | None = None,
    after: int | None = None,
) -> PairShown | None:
    """The pair asked for while it waits, else the surest that waits after another one."""
    found = _asked(session, viewer, pair_id) if pair_id is not None else None
    if found is None:
        found = _next(session, viewer, kind, after)
    return None if found is None else _shown(session, found)


def lately(session: Session, viewer: Viewer, *, limit: int = 5) -> tuple[MergeDone, ...]:
    """The merges that stand, newest first."""
    found: list[Merge] = []
    for client_id in paging.client_ids(session, viewer):
        found += session.scalars(
            select(Merge)
            .where(Merge.client_id == client_id, Merge.undone_at.is_(None))
            .order_by(Merge.id.desc())
            .limit(limit)
        )
    rows = sorted(found, key=lambda row: -row.id)[:limit]
    names = {kind: _names(session, kind, rows) for kind in MatchKind}
    return tuple(
        MergeDone(
            row.id, row.kind, names[row.kind].get(row.kept_id, "?"),
            names[row.kind].get(row.gone_id, "?"), row.by_name, row.at,
        )
        for row in rows
    )  # fmt: skip


def _asked(session: Session, viewer: Viewer, pair_id: int) -> MatchPair | None:
    return session.scalar(
        select(MatchPair).where(
            MatchPair.id == pair_id,
            MatchPair.state == MatchState.OPEN,
            paging.within(MatchPair.client_id, viewer),
        )
    )


def _next(session: Session, viewer: Viewer, kind: MatchKind, after: int | None) -> MatchPair | None:
    """Each client's surest by its index, and the surest of those."""
    order = (MatchPair.probability, MatchPair.id)
    mark = None
    if after is not None:
        mark = session.execute(
            select(*order).where(MatchPair.id == after, paging.within(MatchPair.client_id, viewer))
        ).first()
    found = []
    for client_id in paging.client_ids(session, viewer):
        query = select(MatchPair).where(
            MatchPair.client_id == client_id,
            MatchPair.state == MatchState.OPEN,
            MatchPair.kind == kind,
        )
        if mark is not None:
            query = query.where(tuple_(*order) < tuple(mark))
        first = session.scalar(query.order_by(*(column.desc() for column in order)).limit(1))
        found += [] if first is None else [first]
    if not found and mark is not None:  # past the end: from the surest again
        return _next(session, viewer, kind, None)
    return max(found, key=lambda row: (row.probability, row.id), default=None)


def _shown(session: Session, row: MatchPair) -> PairShown | None:
    kind = MatchKind(row.kind)
    side = _person if kind is MatchKind.CONTACT else _company
    left, right = side(session, row.low_id), side(session, row.high_id)
    if left is None or right is None:
        return None
    client = session.execute(select(Client.name).where(Client.id == row.client_id)).scalar_one()
    evidence = tuple((str(one["sentence"]), float(one["bits"])) for one in row.evidence)
    return PairShown(row.id, client, kind, row.probability, evidence, left, right)


def _person(session: Session, contact_id: int) -> Side | None:
    row = session.execute(
        select(Contact, Account.name, Account.domain)
        .outerjoin(Account, Account.id == Contact.account_id)
        .where(Contact.id == contact_id)
    ).first()
    if row is None:
        return None
    contact, company, domain = row
    fields = {name: _text(getattr(contact, name, None)) for name in PERSON}
    fields["company"] = company or domain or ""
    name = " ".join(part for part in (contact.first_name, contact.last_name) if part)
    return Side(
        contact.id, name or contact.email, contact.email, fields, contact.created_at,
        _leads(session, Lead.contact_id == contact.id), _opted_out(session, contact),
        tags=tuple(contact.tags or ()), shared=contact.role_account,
    )  # fmt: skip


def _company(session: Session, account_id: int) -> Side | None:
    account = session.get(Account, account_id)
    if account is None:
        return None
    people = session.execute(
        select(func.count()).select_from(
            select(Contact.id).where(Contact.account_id == account.id).limit(CAP).subquery()
        )
    ).scalar_one()
    known_by = account.domain or "No domain"
    fields = {name: _text(getattr(account, name)) for name in COMPANY}
    fields["employees"] = _text(head_counts.told(account.employees, account.custom))
    return Side(
        account.id, account.name or known_by, known_by, fields, account.created_at,
        _leads(session, Lead.account_id == account.id), None, people=people,
    )  # fmt: skip


def _leads(session: Session, whose: Any) -> tuple[LeadOf, ...]:
    rows = session.execute(
        select(Lead.id, Lead.campaign_id, Campaign.name, Lead.state)
        .join(Campaign, Campaign.id == Lead.campaign_id)
        .where(whose)
        .order_by(Lead.id)
        .limit(LEADS)
    )
    return tuple(LeadOf(row.id, row.campaign_id, row.name, LeadState(row.state)) for row in rows)


def _opted_out(session: Session, contact: Contact) -> SuppressionReason | None:
    scopes = (keys.suppression_scope(None), keys.suppression_scope(contact.client_id))
    return session.execute(
        select(Suppression.reason)
        .where(
            Suppression.scope.in_(scopes),
            Suppression.kind == "address",
            Suppression.value == contact.email_key,
        )
        .limit(1)
    ).scalar()


def _names(session: Session, kind: MatchKind, rows: Sequence[Merge]) -> dict[int, str]:
    ids = {one for row in rows if row.kind == kind for one in (row.kept_id, row.gone_id)}
    if kind is MatchKind.CONTACT:
        found = session.execute(select(Contact.id, Contact.email).where(Contact.id.in_(ids)))
    else:
        found = session.execute(
            select(Account.id, func.coalesce(Account.name, Account.key)).where(Account.id.in_(ids))
        )
    return {row[0]: row[1] for row in found}


def _text(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) else str(value)
