"""Whose mail this is: by the thread's headers, by a link of ours, by the address."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.domain.states import Direction
from db.models import Campaign, Client, Contact, Lead, Mailbox, Message, Thread

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


@dataclass(slots=True)
class Gathered:
    """Rows that many mails will ask for one by one. Held as long as they are filed: a session
    forgets rows that nobody holds.
    """

    messages: dict[str, Message] = field(default_factory=dict)  # ours, by Message-ID
    others: list[object] = field(default_factory=list)


def find(
    session: Session, mailbox: Mailbox, incoming: "Incoming", gathered: Gathered | None = None
) -> Match:
    """The best match within the mailbox's client."""
    return (
        _by_headers(session, mailbox, incoming, gathered or Gathered())
        or _by_token(session, mailbox, incoming)
        or _by_address(session, mailbox, incoming)
        or Match()
    )


def gather(session: Session, mailbox_id: int, ids: Sequence[str]) -> Gathered:
    """Reads at once what the filing of mails that name these Message-IDs will ask for."""
    rows = session.execute(
        select(Message, Thread, Lead, Contact)
        .outerjoin(Thread, Thread.id == Message.thread_id)
        .outerjoin(Lead, Lead.id == Message.lead_id)
        .outerjoin(Contact, Contact.id == Lead.contact_id)
        .where(Message.header_id.in_(ids), Message.mailbox_id == mailbox_id)
    ).all()
    campaigns = {lead.campaign_id for _, _, lead, _ in rows if lead is not None}
    found = Gathered({row[0].header_id or "": row[0] for row in rows})
    found.others += [one for row in rows for one in row[1:]]
    if campaigns:
        query = select(Campaign, Client).join(Client, Client.id == Campaign.client_id)
        for pair in session.execute(query.where(Campaign.id.in_(campaigns))):
            found.others += pair
    found.others.append(session.get_one(Mailbox, mailbox_id))
    return found


def _by_headers(
    session: Session, mailbox: Mailbox, incoming: "Incoming", gathered: Gathered
) -> Match | None:
    mail = incoming.mail
    wanted = [*mail.in_reply_to, *reversed(mail.references)]
    if incoming.original_id:
        wanted.append(incoming.original_id)
    if not wanted:
        return None
    if wanted[0] in gathered.messages:
        return _answering(gathered.messages[wanted[0]])
    rows = session.execute(
        select(Message).where(
            Message.header_id.in_(wanted),
            Message.client_id == mailbox.client_id,
            Message.mailbox_id == mailbox.id,
        )
    ).scalars()
    found = {row.header_id: row for row in rows}
    row = next((found[one] for one in wanted if one in found), None)
    return None if row is None else _answering(row)


def _answering(message: Message) -> Match:
    return Match(
        message.lead_id, message.campaign_id, message.thread_id, message.id, "headers", 1.0
    )


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
