"""Whose mail this is: by the thread's headers, by a link of ours, by the address."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.domain.states import Direction
from db.models import Campaign, Contact, Lead, Mailbox, Message, Thread

if TYPE_CHECKING:
    from core.services.replies import Incoming


@dataclass(frozen=True, slots=True)
class Match:
    """What was found; all None: unmatched. `message_id` is our mail that is answered."""

    lead_id: int | None = None
    campaign_id: int | None = None
    thread_id: int | None = None
    message_id: int | None = None
    by: str = "nothing"
    confidence: float = 0.0


def find(session: Session, mailbox: Mailbox, incoming: "Incoming") -> Match:
    """The best match within the mailbox's client."""
    return (
        _by_headers(session, mailbox, incoming)
        or _by_token(session, mailbox, incoming)
        or _by_address(session, mailbox, incoming)
        or Match()
    )


def gather(session: Session, mailbox_id: int, ids: Sequence[str]) -> list[object]:
    """Reads at once what the filing of many mails will ask for one by one. The caller keeps the
    list as long as it files: a session forgets rows that nobody holds.
    """
    rows = session.execute(
        select(Thread, Lead, Contact)
        .join(Message, Message.thread_id == Thread.id)
        .outerjoin(Lead, Lead.id == Message.lead_id)
        .outerjoin(Contact, Contact.id == Lead.contact_id)
        .where(Message.header_id.in_(ids), Message.mailbox_id == mailbox_id)
    ).all()
    campaigns = {lead.campaign_id for _, lead, _ in rows if lead is not None}
    kept = session.scalars(select(Campaign).where(Campaign.id.in_(campaigns))).all()
    return [*kept, *(one for row in rows for one in row)]


def _by_headers(session: Session, mailbox: Mailbox, incoming: "Incoming") -> Match | None:
    mail = incoming.mail
    wanted = [*mail.in_reply_to, *reversed(mail.references)]
    if incoming.original_id:
        wanted.append(incoming.original_id)
    if not wanted:
        return None
    rows = session.execute(
        select(
            Message.header_id, Message.id, Message.lead_id, Message.campaign_id, Message.thread_id
        ).where(
            Message.header_id.in_(wanted),
            Message.client_id == mailbox.client_id,
            Message.mailbox_id == mailbox.id,
        )
    ).all()
    found = {row.header_id: row for row in rows}
    row = next((found[one] for one in wanted if one in found), None)
    if row is None:
        return None
    return Match(row.lead_id, row.campaign_id, row.thread_id, row.id, "headers", 1.0)


def _by_token(session: Session, mailbox: Mailbox, incoming: "Incoming") -> Match | None:
    if incoming.token_lead is None:
        return None
    client_id, lead_id = incoming.token_lead
    lead = session.get(Lead, lead_id)
    if client_id != mailbox.client_id or lead is None or lead.client_id != client_id:
        return None
    return _of_lead(session, mailbox, lead.id, lead.campaign_id, "token", 0.95)


def _by_address(session: Session, mailbox: Mailbox, incoming: "Incoming") -> Match | None:
    addresses = [incoming.mail.from_address]
    if incoming.bounce is not None:
        addresses = list(incoming.bounce.addresses)
    elif incoming.complaint is not None:
        addresses = list(incoming.complaint.addresses)
    row = session.execute(
        select(Lead.id, Lead.campaign_id)
        # a merged address stands for the contact that was kept
        .join(Contact, func.coalesce(Contact.merged_into_id, Contact.id) == Lead.contact_id)
        .where(
            Contact.client_id == mailbox.client_id,
            Contact.email_key.in_(addresses),
            Lead.reached_at.is_not(None),
        )
        .order_by(Lead.reached_at.desc(), Lead.id.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    return _of_lead(session, mailbox, row.id, row.campaign_id, "address", 0.6)


def _of_lead(
    session: Session, mailbox: Mailbox, lead_id: int, campaign_id: int, by: str, confidence: float
) -> Match:
    thread_id = session.execute(
        select(Thread.id)
        .where(Thread.lead_id == lead_id, Thread.mailbox_id == mailbox.id)
        .order_by(Thread.id.desc())
        .limit(1)
    ).scalar()
    message_id = session.execute(
        select(Message.id)
        .where(
            Message.lead_id == lead_id,
            Message.mailbox_id == mailbox.id,
            Message.direction == Direction.OUT,
            Message.sent_at.is_not(None),
        )
        .order_by(Message.id.desc())
        .limit(1)
    ).scalar()
    return Match(lead_id, campaign_id, thread_id, message_id, by, confidence)
