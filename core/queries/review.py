"""What waits for a person's word: how many of each kind, which, and each with its evidence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain.access import Viewer
from core.domain.states import Direction, MessageState, ReviewKind, ReviewState
from core.queries import lead_detail, leads, paging, similar
from core.queries import waiting as waiting_for
from core.queries.lead_detail import LeadDetail
from core.queries.paging import Count
from core.queries.review_streams import ANY, CAP, Wanted, in_turn, woken
from core.queries.similar import Alike, Namesake
from db.models import Account, Campaign, Client, Contact, Deliverable, Lead, Message, ReviewItem


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One waiting thing in a line. `version` is what a decision must carry."""

    item_id: int
    version: int
    kind: ReviewKind
    client: str
    campaign: str | None
    lead_id: int | None
    title: str
    detail: str
    why: str
    total: int | None
    since: datetime


@dataclass(frozen=True, slots=True)
class Mail:
    """The message under review, and the one it answers."""

    message_id: int
    version: int
    state: MessageState
    from_address: str
    to_address: str
    subject: str
    body_text: str
    step: int | None
    goes_at: datetime | None  # once approved, as far as window, cap and gap are known
    error: str | None
    answers: str | None  # what the other side wrote last, without quotes


@dataclass(frozen=True, slots=True)
class Paper:
    """The deliverable under review."""

    deliverable_id: int
    title: str
    format: str
    period_start: Any
    period_end: Any
    bytes: int | None


@dataclass(frozen=True, slots=True)
class Card:
    """One thing to decide, with the evidence beside it."""

    row: ReviewRow
    state: ReviewState
    reason: str | None
    lead: LeadDetail | None
    mail: Mail | None
    paper: Paper | None
    alike: tuple[Alike, ...] = ()  # converted leads that resemble a lead under review
    namesakes: tuple[Namesake, ...] = ()  # perhaps the same person


@dataclass(frozen=True, slots=True)
class Queue:
    """The counts over the queue, and since when the oldest of the chosen kind waits."""

    counts: dict[ReviewKind, Count]
    oldest: datetime | None

    @property
    def total(self) -> int:
        """All that waits, as far as it was counted."""
        return sum(count.number for count in self.counts.values())


def queue(
    session: Session, viewer: Viewer, *, kind: ReviewKind | None = None, now: datetime
) -> Queue:
    """How many of each kind wait, counted up to a cap; snoozed ones whose time has come too."""
    clients = paging.client_ids(session, viewer)
    awake = woken(session, clients, now)
    counts = {}
    for each in ReviewKind:
        waits = select(ReviewItem.id).where(
            ReviewItem.client_id.in_(clients),
            ReviewItem.kind == each,
            ReviewItem.state == ReviewState.WAITING,
        )
        again = select(ReviewItem.id).where(ReviewItem.id.in_(awake), ReviewItem.kind == each)
        counts[each] = paging.count(session, [waits, again] if awake else [waits], cap=CAP)
    first = waiting(session, viewer, kind=kind, now=now, size=1).rows
    return Queue(counts, first[0].since if first else None)


def waiting(
    session: Session,
    viewer: Viewer,
    *,
    kind: ReviewKind | None = None,
    wanted: Wanted = ANY,
    now: datetime,
    cursor: str | None = None,
    size: int = paging.SIZE,
) -> paging.Page[ReviewRow]:
    """What waits, what can still have an effect first; then the oldest first."""
    found = in_turn(
        session, viewer, kind=kind, wanted=wanted, now=now, cursor=cursor, size=size
    )  # fmt: skip
    told = {row.item_id: row for row in _told(session, viewer, [row.id for row in found.rows])}
    return found.of(told[row.id] for row in found.rows)


def matching(
    session: Session, viewer: Viewer, *, kind: ReviewKind, wanted: Wanted = ANY, now: datetime
) -> tuple[tuple[int, int], ...]:
    """(item, version) of all that a filter finds in their order, CAP at most."""
    found = waiting(session, viewer, kind=kind, wanted=wanted, now=now, size=CAP)
    return tuple((row.item_id, row.version) for row in found.rows)


def card(
    session: Session,
    viewer: Viewer,
    *,
    kind: ReviewKind | None = None,
    after: int | None = None,
    item_id: int | None = None,
    now: datetime,
) -> Card | None:
    """One card: this item if it is of the kind, or the first that waits after an item (from the
    start again at the end), or None.
    """
    if item_id is not None:
        wrong = kind is not None and kind_of(session, viewer, item_id) != kind
        return None if wrong else _card(session, viewer, item_id, now)
    found = in_turn(session, viewer, kind=kind, now=now, after=after, size=1).rows
    if not found and after:
        found = in_turn(session, viewer, kind=kind, now=now, size=1).rows
    return _card(session, viewer, found[0].id, now) if found else None


def kind_of(session: Session, viewer: Viewer, item_id: int) -> ReviewKind | None:
    """What is decided about an item of a client that the viewer sees."""
    item = session.get(ReviewItem, item_id)
    return item.kind if item is not None and viewer.sees(item.client_id) else None


def _told(session: Session, viewer: Viewer, item_ids: Sequence[int]) -> list[ReviewRow]:
    found = session.execute(
        select(
            ReviewItem, Client.name, Campaign.name, Lead.total, Contact, Account.name,
            Message.subject, Deliverable.title,
        )
        .join(Client, Client.id == ReviewItem.client_id)
        .outerjoin(Campaign, Campaign.id == ReviewItem.campaign_id)
        .outerjoin(Lead, Lead.id == ReviewItem.lead_id)
        .outerjoin(Contact, Contact.id == Lead.contact_id)
        .outerjoin(Account, Account.id == Lead.account_id)
        .outerjoin(Message, Message.id == ReviewItem.message_id)
        .outerjoin(Deliverable, Deliverable.id == ReviewItem.deliverable_id)
        .where(
            ReviewItem.id.in_(item_ids),
            paging.within(ReviewItem.client_id, viewer, focused=False),
        )
        .order_by(ReviewItem.id)
    ).all()  # fmt: skip
    return [_row(row) for row in found]


def _row(found: Any) -> ReviewRow:
    item, client, campaign, total, contact, company, subject, paper = found
    person = leads.person(contact.first_name, contact.last_name, contact.email) if contact else ""
    job = ", ".join(part for part in (contact.title if contact else None, company) if part)
    return ReviewRow(
        item_id=item.id,
        version=item.version,
        kind=item.kind,
        client=client,
        campaign=campaign,
        lead_id=item.lead_id,
        title=person or paper or subject or client,
        detail=(subject or job) if person else "",
        why=item.why,
        total=total,
        since=item.created_at,
    )


def _card(session: Session, viewer: Viewer, item_id: int, now: datetime) -> Card | None:
    item = session.get(ReviewItem, item_id)
    if item is None or not viewer.sees(item.client_id):
        return None
    (row,) = _told(session, viewer, [item_id])
    mail = session.get(Message, item.message_id) if item.message_id else None
    paper = session.get(Deliverable, item.deliverable_id) if item.deliverable_id else None
    about = item.lead_id if item.kind == ReviewKind.LEAD else None
    return Card(
        row=row,
        state=item.state,
        reason=item.reason,
        lead=lead_detail.detail(session, viewer, item.lead_id, now=now) if item.lead_id else None,
        mail=_mail(session, mail, now) if mail else None,
        paper=_paper(paper) if paper else None,
        alike=similar.converted(session, viewer, about) if about else (),
        namesakes=similar.namesakes(session, viewer, about) if about else (),
    )


def _mail(session: Session, mail: Message, now: datetime) -> Mail:
    answered = None
    if mail.thread_id is not None:
        answered = session.execute(
            select(Message.visible_text, Message.body_text)
            .where(Message.thread_id == mail.thread_id, Message.direction == Direction.IN)
            .order_by(Message.id.desc())
            .limit(1)
        ).first()
    return Mail(
        message_id=mail.id,
        version=mail.version,
        state=mail.state,
        from_address=mail.from_address,
        to_address=mail.to_address,
        subject=mail.subject,
        body_text=mail.body_text,
        step=mail.step,
        goes_at=waiting_for.of_messages(session, [mail], now=now)[mail.id].at,
        error=mail.error or mail.state_reason,
        answers=(answered.visible_text or answered.body_text) if answered else None,
    )


def _paper(paper: Deliverable) -> Paper:
    return Paper(
        deliverable_id=paper.id,
        title=paper.title,
        format=paper.format,
        period_start=paper.period_start,
        period_end=paper.period_end,
        bytes=paper.bytes,
    )
