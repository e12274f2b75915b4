"""The promises of product.md section 13, asked of the tables and of what really lay in the outbox.

Each check gives sentences about what was broken; nothing means that the promise was kept.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain.states import (
    MACHINE_INTENTS,
    Direction,
    MessageKind,
    MessageState,
    ReplyIntent,
    SuppressionKind,
)
from db.models import Client, Contact, ImportBatch, Lead, LeadEvent, Mailbox, Message, Suppression

PERHAPS_OUT = (MessageState.SENT, MessageState.UNCERTAIN, MessageState.SENDING)


def broken(session: Session, arrived: Mapping[str, int]) -> tuple[str, ...]:
    """Every broken promise, as sentences. `arrived`: how often each Message-ID came out."""
    return (
        *_sent_once(session, arrived),
        *_one_state(session),
        *_never_after_suppression(session),
        *_never_after_an_answer(session),
        *_rows_add_up(session),
        *_within_caps(session),
    )


def _sent_once(session: Session, arrived: Mapping[str, int]) -> Iterator[str]:
    yield from (f"{ident} came out {count} times." for ident, count in arrived.items() if count > 1)
    rows = session.execute(
        select(Message.header_id, Message.state, Message.key).where(
            Message.direction == Direction.OUT
        )
    ).all()
    states = {header_id: state for header_id, state, _ in rows}
    for header_id, state, key in rows:
        if state == MessageState.SENT and not arrived.get(header_id or ""):
            yield f"Message {key} says it was sent, but it never came out."
    for ident in arrived:
        if states.get(ident) not in PERHAPS_OUT:
            yield f"{ident} came out, but its message says {states.get(ident, 'nothing')}."
    lead_steps = Counter(
        (lead_id, step)
        for lead_id, step in session.execute(
            select(Message.lead_id, Message.step).where(Message.kind == MessageKind.STEP)
        )
    )
    yield from (
        f"Step {step} of lead {lead} exists {count} times."
        for (lead, step), count in lead_steps.items()
        if count > 1
    )


def _one_state(session: Session) -> Iterator[str]:
    states: dict[int, str] = {}
    for lead_id, came_from, went_to in session.execute(
        select(LeadEvent.lead_id, LeadEvent.from_state, LeadEvent.to_state)
        .where(LeadEvent.to_state.is_not(None))
        .order_by(LeadEvent.lead_id, LeadEvent.id)
    ):
        before = states.get(lead_id)
        if before is not None and came_from != before:
            yield f"Lead {lead_id} moved from {came_from}, though it was {before}."
        states[lead_id] = str(went_to)
    for lead_id, state in session.execute(select(Lead.id, Lead.state)):
        if lead_id in states and states[lead_id] != state:
            yield f"Lead {lead_id} is {state}, but its history ends in {states[lead_id]}."


def _never_after_suppression(session: Session) -> Iterator[str]:
    since: dict[tuple[str, str, str], datetime] = {
        (row.kind, row.value, row.scope): row.at for row in session.scalars(select(Suppression))
    }
    sent = session.execute(
        select(
            *(Message.id, Message.client_id, Message.sent_at),
            *(Contact.email_key, Contact.email_domain),
        )
        .join(Lead, Lead.id == Message.lead_id)
        .join(Contact, Contact.id == Lead.contact_id)
        .where(Message.state == MessageState.SENT)
    )
    for message_id, client_id, sent_at, key, domain in sent:
        known = (
            since.get((kind, value, scope))
            for kind, value in ((SuppressionKind.ADDRESS, key), (SuppressionKind.DOMAIN, domain))
            for scope in ("agency", f"client:{client_id}")
        )
        if any(at < sent_at for at in known if at and sent_at):
            yield f"Message {message_id} was sent to {key}, which had been suppressed before."


def _never_after_an_answer(session: Session) -> Iterator[str]:
    # whoever said "not now" with a date is written to again on that date
    goes_on = (ReplyIntent.NOT_NOW, *MACHINE_INTENTS)
    answered: dict[int | None, datetime] = {}
    for lead_id, filed in session.execute(
        select(Message.lead_id, Message.created_at)
        .where(
            *(Message.direction == Direction.IN, Message.lead_id.is_not(None)),
            Message.intent.not_in(goes_on),
        )
        .order_by(Message.created_at)
    ):
        answered.setdefault(lead_id, filed)
    steps = session.execute(
        select(Message.id, Message.lead_id, Message.sent_at).where(
            Message.state == MessageState.SENT, Message.kind == MessageKind.STEP
        )
    )
    for message_id, lead_id, sent_at in steps:
        if sent_at and lead_id in answered and sent_at > answered[lead_id]:
            yield f"Step message {message_id} went to lead {lead_id} after its answer."


def _rows_add_up(session: Session) -> Iterator[str]:
    for batch in session.scalars(select(ImportBatch)):
        taken = batch.created + batch.updated + batch.duplicates + batch.suppressed + batch.rejected
        if taken != batch.rows:
            yield f"Import {batch.id} had {batch.rows} rows, but {taken} are accounted for."


def _within_caps(session: Session) -> Iterator[str]:
    boxes = {
        box_id: (cap, ZoneInfo(zone))
        for box_id, cap, zone in session.execute(
            select(Mailbox.id, Mailbox.daily_cap, Client.timezone).join(
                Client, Client.id == Mailbox.client_id
            )
        )
    }
    sent = Counter(
        (mailbox_id, sent_at.astimezone(boxes[mailbox_id][1]).date())
        for mailbox_id, sent_at in session.execute(
            select(Message.mailbox_id, Message.sent_at).where(
                Message.state == MessageState.SENT, Message.kind == MessageKind.STEP
            )
        )
        if sent_at
    )
    for (mailbox_id, day), count in sent.items():
        if count > (cap := boxes[mailbox_id][0]):
            yield f"Mailbox {mailbox_id} sent {count} on {day}, of {cap} at most."
