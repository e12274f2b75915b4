"""The outbox: what goes out, by state, with the reason each waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.domain.access import Viewer
from core.domain.states import MessageKind, MessageState, ReviewState
from core.queries import leads, paging, waiting
from core.queries.paging import Count
from core.queries.waiting import Wait
from db.models import Campaign, Client, Contact, Lead, Mailbox, Message, ReviewItem

STATES = (
    MessageState.APPROVED,
    MessageState.REVIEW,
    MessageState.UNCERTAIN,
    MessageState.FAILED,
    MessageState.SENDING,
    MessageState.DRAFT,
    MessageState.SENT,
    MessageState.CANCELLED,
)
NEWEST = paging.Order((Message.id,))
SOONEST = paging.Order((Message.due_at, Message.id), rising=True)


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One mail. `wait` is told for approved ones; `item_id` where a review item stands for it."""

    message_id: int
    version: int
    state: MessageState
    kind: MessageKind
    lead_id: int | None
    thread_id: int | None
    name: str
    to_address: str
    subject: str
    body_text: str
    client: str
    campaign: str | None
    mailbox: str
    step: int | None
    due_at: datetime | None
    sent_at: datetime | None
    reason: str | None
    wait: Wait | None
    item_id: int | None
    item_version: int | None


def counts(session: Session, viewer: Viewer) -> dict[MessageState, Count]:
    """How many mails stand in each state, each counted up to the cap."""
    clients = paging.client_ids(session, viewer)
    return {
        state: paging.count(
            session,
            [select(Message.id).where(Message.client_id.in_(clients), Message.state == state)],
        )
        for state in STATES
    }


def page(
    session: Session,
    viewer: Viewer,
    state: MessageState,
    *,
    now: datetime,
    mailbox_id: int | None = None,
    campaign_id: int | None = None,
    cursor: str | None = None,
    size: int = paging.SIZE,
) -> paging.Page[OutboxRow]:
    """Mails of one state: approved ones by when they are due, the rest newest first."""
    approved = state is MessageState.APPROVED
    order = SOONEST if approved else NEWEST
    streams = [_stream(client_id, state, order) for client_id in paging.client_ids(session, viewer)]
    asked = ((mailbox_id, Message.mailbox_id), (campaign_id, Message.campaign_id))
    narrow = [column == wanted for wanted, column in asked if wanted is not None]
    found = paging.read(session, streams, order, cursor=cursor, size=size, narrow=narrow)
    total = paging.count(session, streams, order, narrow=narrow)
    told = _told(session, viewer, [row.id for row in found.rows], now)
    return paging.Page(told, found.next, found.prev, total, found.partly)


def _stream(client_id: int, state: MessageState, order: paging.Order) -> Select[Any]:
    wanted = [Message.client_id == client_id, Message.state == state]
    if order is SOONEST:
        wanted.append(Message.due_at.is_not(None))
    return select(*order.columns).where(*wanted)


def _told(
    session: Session, viewer: Viewer, message_ids: Sequence[int], now: datetime
) -> tuple[OutboxRow, ...]:
    if not message_ids:
        return ()
    found = session.execute(
        select(Message, Contact, Client.name, Campaign.name, Mailbox.address)
        .join(Client, Client.id == Message.client_id)
        .join(Mailbox, Mailbox.id == Message.mailbox_id)
        .outerjoin(Campaign, Campaign.id == Message.campaign_id)
        .outerjoin(Lead, Lead.id == Message.lead_id)
        .outerjoin(Contact, Contact.id == Lead.contact_id)
        .where(Message.id.in_(message_ids), paging.within(Message.client_id, viewer))
    ).all()
    approved = [row[0] for row in found if row[0].state == MessageState.APPROVED]
    waits = waiting.of_messages(session, approved, now=now)
    items = _items(session, message_ids)
    told = {row[0].id: _row(row, waits.get(row[0].id), items.get(row[0].id)) for row in found}
    return tuple(told[message_id] for message_id in message_ids if message_id in told)


def _row(found: Any, wait: Wait | None, item: tuple[int, int] | None) -> OutboxRow:
    mail, contact, client, campaign, mailbox = found
    person = leads.person(contact.first_name, contact.last_name, contact.email) if contact else ""
    return OutboxRow(
        message_id=mail.id,
        version=mail.version,
        state=mail.state,
        kind=mail.kind,
        lead_id=mail.lead_id,
        thread_id=mail.thread_id,
        name=person or mail.to_address,
        to_address=mail.to_address,
        subject=mail.subject,
        body_text=mail.body_text,
        client=client,
        campaign=campaign,
        mailbox=mailbox,
        step=mail.step,
        due_at=mail.due_at,
        sent_at=mail.sent_at,
        reason=mail.error or mail.state_reason,
        wait=wait,
        item_id=item[0] if item else None,
        item_version=item[1] if item else None,
    )


def _items(session: Session, message_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """The open review item of each message, if any: (id, version)."""
    found = session.execute(
        select(ReviewItem.message_id, ReviewItem.id, ReviewItem.version).where(
            ReviewItem.subject.in_([f"message:{message_id}" for message_id in message_ids]),
            ReviewItem.state.in_((ReviewState.WAITING, ReviewState.SNOOZED)),
        )
    )
    return {row.message_id: (row.id, row.version) for row in found if row.message_id}
