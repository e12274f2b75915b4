"""The inbox: conversations by what they ask of us."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from core.domain.access import Viewer
from core.domain.states import Direction, ReplyIntent, ReviewKind, ReviewState
from core.queries import leads, paging
from core.queries.paging import Count
from db.models import Campaign, Client, Contact, Lead, Message, ReviewItem, Thread, User

SNIPPET = 160
DRAFTS = 300  # drafts that are looked at
CAP = 999
LATEST = paging.Order((Thread.last_at, Thread.id))


class Scope(StrEnum):
    """What the list of conversations is limited to."""

    NEEDS_US = "needs_us"
    UNREAD = "unread"
    SNOOZED = "snoozed"
    DRAFTS = "drafts"
    UNMATCHED = "unmatched"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class ThreadRow:
    """One conversation in a line."""

    thread_id: int
    version: int
    client: str
    campaign: str | None
    lead_id: int | None
    name: str
    address: str
    subject: str
    snippet: str
    intent: ReplyIntent | None
    needs_us: bool
    unread: bool
    assignee_id: int | None
    assignee: str | None
    snoozed_until: datetime | None
    last_at: datetime


def counts(session: Session, viewer: Viewer, *, now: datetime) -> dict[Scope, Count]:
    """How many conversations each scope holds, counted up to a cap."""
    clients = paging.client_ids(session, viewer)
    return {
        scope: paging.count(
            session,
            [
                select(Thread.id).where(
                    Thread.client_id.in_(clients), *_of(session, scope, clients, now)
                )
            ],
            cap=CAP,
        )
        for scope in Scope
    }


def page(
    session: Session,
    viewer: Viewer,
    scope: Scope,
    *,
    now: datetime,
    cursor: str | None = None,
    size: int = paging.SIZE,
) -> paging.Page[ThreadRow]:
    """Conversations of a scope, the latest first."""
    clients = paging.client_ids(session, viewer)
    wanted = _of(session, scope, clients, now)
    streams: list[Select[Any]] = [
        select(*LATEST.columns).where(Thread.client_id == client_id, *wanted)
        for client_id in clients
    ]
    found = paging.read(session, streams, LATEST, cursor=cursor, size=size)
    return found.of(rows(session, viewer, [row.id for row in found.rows]))


def rows(session: Session, viewer: Viewer, thread_ids: Sequence[int]) -> tuple[ThreadRow, ...]:
    """These conversations in full, in the order given, without those of other clients."""
    if not thread_ids:
        return ()
    found = session.execute(
        select(Thread, Client.name, Campaign.name, Contact, User.name)
        .join(Client, Client.id == Thread.client_id)
        .outerjoin(Campaign, Campaign.id == Thread.campaign_id)
        .outerjoin(Lead, Lead.id == Thread.lead_id)
        .outerjoin(Contact, Contact.id == Lead.contact_id)
        .outerjoin(User, User.id == Thread.assignee_id)
        .where(Thread.id.in_(thread_ids), paging.within(Thread.client_id, viewer, focused=False))
    ).all()
    snippets = _snippets(session, thread_ids)
    told = {row[0].id: _row(row, snippets.get(row[0].id, "")) for row in found}
    return tuple(told[thread_id] for thread_id in thread_ids if thread_id in told)


def _of(
    session: Session, scope: Scope, clients: Sequence[int], now: datetime
) -> list[ColumnElement[bool]]:
    awake = or_(Thread.snoozed_until.is_(None), Thread.snoozed_until <= now)
    conditions: dict[Scope, Any] = {
        Scope.NEEDS_US: lambda: [Thread.needs_us == True, awake],  # noqa: E712 - = in SQL
        Scope.UNREAD: lambda: [Thread.unread == True, awake],  # noqa: E712 - = in SQL
        Scope.SNOOZED: lambda: [Thread.snoozed_until > now],
        Scope.DRAFTS: lambda: [Thread.id.in_(_with_drafts(session, clients))],
        Scope.UNMATCHED: lambda: [Thread.lead_id.is_(None), Thread.last_in_at.is_not(None)],
        Scope.ALL: lambda: [Thread.last_in_at.is_not(None)],
    }
    wanted: list[ColumnElement[bool]] = conditions[scope]()
    return wanted


def _with_drafts(session: Session, clients: Sequence[int]) -> tuple[int, ...]:
    """Conversations in which an answer waits for approval."""
    found = session.execute(
        select(Message.thread_id)
        .join(ReviewItem, ReviewItem.message_id == Message.id)
        .where(
            ReviewItem.client_id.in_(clients),
            ReviewItem.kind == ReviewKind.REPLY_DRAFT,
            ReviewItem.state == ReviewState.WAITING,
            Message.thread_id.is_not(None),
        )
        .limit(DRAFTS)
    )
    return tuple({row.thread_id for row in found if row.thread_id})


def _snippets(session: Session, thread_ids: Sequence[int]) -> dict[int, str]:
    """The beginning of what the other side wrote last, else of what we did."""
    latest = (
        select(func.max(Message.id))
        .where(Message.thread_id.in_(thread_ids))
        .group_by(Message.thread_id, Message.direction)
    )
    text = func.substr(func.coalesce(Message.visible_text, Message.body_text), 1, SNIPPET)
    found = session.execute(
        select(Message.thread_id, Message.direction, text).where(
            Message.id.in_(session.execute(latest).scalars().all())
        )
    ).all()
    return {thread: " ".join(said.split()) for thread, way, said in sorted(found, key=_ours_first)}


def _ours_first(row: Any) -> bool:
    return bool(row[1] is Direction.IN)


def _row(found: Any, snippet: str) -> ThreadRow:
    thread, client, campaign, contact, assignee = found
    person = leads.person(contact.first_name, contact.last_name, contact.email) if contact else ""
    return ThreadRow(
        thread_id=thread.id,
        version=thread.version,
        client=client,
        campaign=campaign,
        lead_id=thread.lead_id,
        name=person or thread.address,
        address=thread.address,
        subject=thread.subject,
        snippet=snippet,
        intent=thread.intent,
        needs_us=thread.needs_us,
        unread=thread.unread,
        assignee_id=thread.assignee_id,
        assignee=assignee,
        snoozed_until=thread.snoozed_until,
        last_at=thread.last_at,
    )
