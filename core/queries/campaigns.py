"""Campaigns as lists and in full. Numbers come from the daily rollups, no row is counted."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, or_, select, union_all
from sqlalchemy.orm import Session

from core.domain import pace
from core.domain.access import Viewer
from core.domain.pace import Standing
from core.domain.states import CampaignState, LeadState, MailboxState, MessageState
from core.queries import figures, paging, waiting
from core.queries.figures import Sums, Target
from core.queries.paging import Order, Page
from db.models import (
    AuditEntry,
    Campaign,
    Client,
    Mailbox,
    Message,
    User,
)

SIZE = 25


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """One line of the list. Rates are per lead reached, bounces per mail sent."""

    id: int
    name: str
    client_id: int
    client: str
    state: CampaignState
    state_reason: str | None
    owner: str | None
    counts: dict[LeadState, int]
    sums: Sums
    standing: Standing  # of the target that needs a look first
    next_send_at: datetime | None  # when the next approved mail may go: window, caps, gap heeded

    @property
    def leads(self) -> int:
        """All leads, as last counted."""
        return sum(self.counts.values())

    @property
    def wanted(self) -> int:
        """The leads that are neither rejected nor suppressed before they were reached."""
        away = self.counts.get(LeadState.REJECTED, 0) + self.counts.get(LeadState.SUPPRESSED, 0)
        return max(self.leads - away, self.sums.reached)

    @property
    def progress(self) -> float | None:
        """Reached, of the leads that are wanted."""
        return self.sums.reached / self.wanted if self.wanted else None

    def share(self, metric: str) -> float | None:
        """A rate 0..1: "bounced" per mail sent, else per lead reached; None without any."""
        whole = self.sums.sent if metric == "bounced" else self.sums.reached
        part: int = getattr(self.sums, metric)
        return part / whole if whole else None


@dataclass(frozen=True, slots=True)
class CampaignDetail:
    """A campaign in full: its row and everything that can be changed."""

    row: CampaignRow
    goal: str | None
    icp: dict[str, Any]
    rules: dict[str, Any]
    rules_version: int
    settings: dict[str, Any]
    fallback_sequence_id: int | None
    owner_id: int | None
    starts_on: date | None
    ends_on: date | None
    started_at: datetime | None
    finished_at: datetime | None
    created_at: datetime
    version: int
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Activity:
    """One line of what people did."""

    at: datetime
    who: str
    action: str


def page(
    session: Session,
    viewer: Viewer,
    *,
    now: datetime,
    state: str = "",
    words: str = "",
    cursor: str | None = None,
    size: int = SIZE,
) -> Page[CampaignRow]:
    """The newest first, of one state or all, whose name or client has the words in it."""
    stream = _visible(select(Campaign.id), viewer)
    if state in set(CampaignState):
        stream = stream.where(Campaign.state == CampaignState(state))
    if words:
        wanted = words.lower()
        stream = stream.join(Client, Client.id == Campaign.client_id).where(
            or_(
                func.lower(Campaign.name).contains(wanted, autoescape=True),
                func.lower(Client.name).contains(wanted, autoescape=True),
            )
        )
    found = paging.read(session, [stream], Order((Campaign.id,)), cursor=cursor, size=size)
    rows = {row.id: row for row in _rows(session, [row.id for row in found.rows], now)}
    return found.of(rows[row.id] for row in found.rows)


def by_state(session: Session, viewer: Viewer) -> dict[CampaignState, int]:
    """How many campaigns are in which state."""
    statement = _visible(select(Campaign.state, func.count()), viewer).group_by(Campaign.state)
    return {row[0]: int(row[1]) for row in session.execute(statement)}


def names(session: Session, viewer: Viewer, *, limit: int = 500) -> tuple[tuple[int, str], ...]:
    """(id, name) of the viewer's campaigns for a select box, newest first."""
    statement = _visible(select(Campaign.id, Campaign.name), viewer)
    rows = session.execute(statement.order_by(Campaign.id.desc()).limit(limit))
    return tuple((row.id, row.name) for row in rows)


def one(
    session: Session, viewer: Viewer, campaign_id: int, *, now: datetime
) -> CampaignDetail | None:
    """A campaign in full, or None where it is missing or not the viewer's."""
    campaign = session.get(Campaign, campaign_id)
    if campaign is None or not viewer.sees(campaign.client_id):
        return None
    (row,) = _rows(session, [campaign_id], now)
    return CampaignDetail(
        row=row,
        goal=campaign.goal,
        icp=dict(campaign.icp),
        rules=dict(campaign.rules),
        rules_version=campaign.rules_version,
        settings=dict(campaign.settings),
        fallback_sequence_id=campaign.fallback_sequence_id,
        owner_id=campaign.owner_id,
        starts_on=campaign.starts_on,
        ends_on=campaign.ends_on,
        started_at=campaign.started_at,
        finished_at=campaign.finished_at,
        created_at=campaign.created_at,
        version=campaign.version,
        targets=figures.targets_of(session, [campaign_id], today=now.date()),
    )


def activity(
    session: Session, viewer: Viewer, campaign_id: int, *, limit: int = 50
) -> tuple[Activity, ...]:
    """What people did to the campaign, newest first."""
    statement = (
        select(AuditEntry.at, AuditEntry.actor_name, AuditEntry.action)
        .where(AuditEntry.subject == f"campaign:{campaign_id}")
        .where(paging.within(AuditEntry.client_id, viewer))
        .order_by(AuditEntry.id.desc())
        .limit(limit)
    )
    return tuple(Activity(*row) for row in session.execute(statement))


def _visible(statement: "Select[*tuple[Any, ...]]", viewer: Viewer) -> "Select[*tuple[Any, ...]]":
    return statement.where(paging.within(Campaign.client_id, viewer))


def _rows(session: Session, ids: list[int], now: datetime) -> list[CampaignRow]:
    sums = figures.by_campaign(session, ids)
    next_sends = _next_sends(session, ids, now)
    aims = figures.targets_of(session, ids, today=now.date())
    found = session.execute(
        select(Campaign, Client.name, User.name)
        .join(Client, Client.id == Campaign.client_id)
        .outerjoin(User, User.id == Campaign.owner_id)
        .where(Campaign.id.in_(ids))
    )
    return [
        CampaignRow(
            id=campaign.id,
            name=campaign.name,
            client_id=campaign.client_id,
            client=client,
            state=campaign.state,
            state_reason=campaign.state_reason,
            owner=owner,
            counts=_counts(campaign.counts),
            sums=sums.get(campaign.id, Sums()),
            standing=pace.worst(one.standing for one in aims if one.campaign_id == campaign.id),
            next_send_at=next_sends.get(campaign.id),
        )
        for campaign, client, owner in found
    ]


def _next_sends(session: Session, ids: list[int], now: datetime) -> dict[int, datetime | None]:
    """When the first approved mail of each campaign may go: one short walk of an index each."""
    if not ids:
        return {}
    firsts = [
        select(
            select(Message.id)
            .join(Campaign, Campaign.id == Message.campaign_id)
            .join(Mailbox, Mailbox.id == Message.mailbox_id)
            .where(Message.campaign_id == id_, Message.state == MessageState.APPROVED)
            .where(Campaign.state == CampaignState.ACTIVE, Mailbox.state == MailboxState.ACTIVE)
            .order_by(Message.id)
            .limit(1)
            .subquery()
        )
        for id_ in ids
    ]
    found = session.scalars(union_all(*firsts)).all()
    mails = session.scalars(select(Message).where(Message.id.in_(found))).all()
    waits = waiting.of_messages(session, mails, now=now)
    return {mail.campaign_id: waits[mail.id].at for mail in mails if mail.campaign_id}


def _counts(stored: dict[str, Any]) -> dict[LeadState, int]:
    known = set(LeadState)
    return {LeadState(name): int(n) for name, n in stored.items() if name in known}
