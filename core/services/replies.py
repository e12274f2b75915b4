"""Incoming mail, filed once: matched to its lead, sorted, acted on. A person may correct it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain import keys, replies_quotes
from core.domain.access import SYSTEM, Act, Viewer
from core.domain.bounces import Bounce
from core.domain.replies import Reading
from core.domain.replies import read as read_words
from core.domain.states import (
    Direction,
    IntentLayer,
    MessageKind,
    MessageState,
    ReplyIntent,
)
from core.errors import Invalid
from core.intake.bounces import Complaint
from core.intake.mail import ParsedMail
from core.services import audit, bounce_acts, guard, matching, reply_acts
from core.services.matching import Gathered, Match
from db.models import Classification, Lead, Mailbox, Message, Thread
from db.upsert import as_stored, insert_new


@dataclass(frozen=True, slots=True)
class Incoming:
    """One mail, read: what the stage found out without the database."""

    key: str
    mail: ParsedMail
    visible: str
    reading: Reading
    received_at: datetime
    bounce: Bounce | None = None
    complaint: Complaint | None = None
    original_id: str | None = None  # the Message-ID that a report brings back
    token_lead: tuple[int, int] | None = None  # (client, lead) of a link of ours in the text


def known_keys(session: Session, wanted: Sequence[str]) -> set[str]:
    """Which of these mails were taken in before."""
    rows = session.execute(select(Message.key).where(Message.key.in_(wanted))).scalars()
    return set(rows)


def file(
    session: Session,
    mailbox_id: int,
    incoming: Incoming,
    *,
    now: datetime,
    gathered: Gathered | None = None,
) -> str:
    """Files one mail and acts on it; gives its intent, `complaint`, or `known` where it was taken
    in before (its key is unique in the database). What matches nobody is kept, as unmatched.
    """
    mailbox = session.get_one(Mailbox, mailbox_id)
    match = matching.find(session, mailbox, incoming, gathered)
    thread = _thread(session, mailbox, incoming, match)
    row = _row(mailbox, incoming, match, thread, now)
    message_id = insert_new(session, Message, row)
    if message_id is None:
        return "known"
    message = as_stored(session, Message(id=message_id, **row))
    _classify(session, message, incoming.reading, by_id=None, now=now)
    _touch(session, thread, incoming, new=match.thread_id is None)
    if incoming.complaint is not None:
        bounce_acts.complained(session, message, match, incoming.complaint, now=now)
        return "complaint"
    if incoming.bounce is not None:
        bounce_acts.bounced(session, message, match, incoming.bounce, now=now)
    else:
        reply_acts.apply(session, SYSTEM, message, incoming.reading, now=now)
    return str(incoming.reading.intent)


def correct(
    session: Session, viewer: Viewer, message_id: int, intent: ReplyIntent, *, now: datetime
) -> Message:
    """A person says what the reply is; the same acts follow. Doing it twice changes nothing."""
    message = guard.owned(session, viewer, Message, message_id, Act.WRITE_MAIL)
    if message.direction != Direction.IN:
        raise Invalid("Only a message that came in can be sorted.")
    before = message.intent
    received = (message.received_at or now).date()
    read = read_words(message.subject, message.visible_text or "", received=received)
    reading = replace(
        read,
        intent=intent,
        layer=IntentLayer.PERSON,
        confidence=1.0,
        evidence=f"Said by {viewer.name}.",
    )
    if before == intent and _said_by_person(session, message_id):
        return message
    _classify(session, message, reading, by_id=viewer.user_id, now=now)
    if message.thread_id is not None:
        thread = session.get_one(Thread, message.thread_id)
        thread.intent, thread.needs_us = intent, intent in reply_acts.NEEDS_US
        thread.version += 1
    reply_acts.apply(session, viewer, message, reading, now=now)
    audit.record(
        session,
        viewer,
        "reply sorted",
        keys.subject("message", message.id),
        client_id=message.client_id,
        before={"intent": before},
        after={"intent": intent},
        now=now,
    )
    return message


def assign_lead(
    session: Session, viewer: Viewer, thread_id: int, lead_id: int, *, now: datetime
) -> Thread:
    """A person says whose an unmatched conversation is; what was read in it is acted on."""
    thread = guard.owned(session, viewer, Thread, thread_id, Act.WRITE_MAIL)
    lead = guard.owned(session, viewer, Lead, lead_id, Act.EDIT_LEADS)
    if lead.client_id != thread.client_id:
        raise Invalid("This lead belongs to another client.")
    thread.lead_id, thread.campaign_id = lead.id, lead.campaign_id
    thread.version += 1
    rows = session.execute(
        select(Message).where(Message.thread_id == thread_id).order_by(Message.id)
    ).scalars()
    for message in rows.all():
        message.lead_id, message.campaign_id = lead.id, lead.campaign_id
        session.flush()
        if message.direction == Direction.IN and message.intent is not None:
            words = message.visible_text or ""
            read = read_words(message.subject, words, received=(message.received_at or now).date())
            reading = replace(read, intent=message.intent)
            reply_acts.apply(session, viewer, message, reading, now=now)
    audit.record(
        session,
        viewer,
        "thread matched",
        keys.subject("thread", thread.id),
        client_id=thread.client_id,
        after={"lead_id": lead.id},
        now=now,
    )
    return thread


def visible(mail: ParsedMail) -> str:
    """The new words of a mail."""
    # our own footer would read as an opt-out where a mail program marks no quotes
    own = "\n".join(line for line in mail.text.split("\n") if not _OUR_LINK.search(line))
    return replies_quotes.visible_text(own)


_OUR_LINK = re.compile(r"/u/[\w.~-]{20,}")


def _row(
    mailbox: Mailbox, incoming: Incoming, match: Match, thread: Thread, now: datetime
) -> dict[str, object]:
    mail = incoming.mail
    references = " ".join(mail.references)
    return {
        "key": incoming.key,
        "client_id": mailbox.client_id,
        "campaign_id": match.campaign_id,
        "lead_id": match.lead_id,
        "thread_id": thread.id,
        "mailbox_id": mailbox.id,
        "direction": Direction.IN,
        "kind": MessageKind.REPLY,
        "state": MessageState.RECEIVED,
        "header_id": (mail.message_id or "")[:300] or None,
        "in_reply_to": (mail.in_reply_to[0][:300] if mail.in_reply_to else None),
        "references": references or None,
        "from_address": mail.from_address[:320],
        "to_address": mailbox.address,
        "subject": mail.subject[:500],
        "body_text": mail.text,
        "visible_text": incoming.visible,
        "headers": {
            "from_name": mail.from_name,
            "matched_by": match.by,
            "match_confidence": match.confidence,
        },
        "content_hash": keys.content_hash(mail.subject, mail.text, None),
        "received_at": incoming.received_at,
        "intent": incoming.reading.intent,
        "attempts": 0,
        "created_at": now,
        "version": 1,
    }


def _thread(session: Session, mailbox: Mailbox, incoming: Incoming, match: Match) -> Thread:
    if match.thread_id is not None:
        return session.get_one(Thread, match.thread_id)
    thread = Thread(
        client_id=mailbox.client_id,
        mailbox_id=mailbox.id,
        lead_id=match.lead_id,
        campaign_id=match.campaign_id,
        subject=(incoming.mail.subject or "(no subject)")[:500],
        address=incoming.mail.from_address[:320],
        last_at=incoming.received_at,
    )
    session.add(thread)
    session.flush()
    if match.message_id is not None:
        session.get_one(Message, match.message_id).thread_id = thread.id
    return thread


def _touch(session: Session, thread: Thread, incoming: Incoming, *, new: bool) -> None:
    intent = incoming.reading.intent
    thread.last_at = max(thread.last_at, incoming.received_at)
    thread.version += 1
    machine = incoming.bounce is not None or intent not in reply_acts.BY_A_PERSON
    if machine and not new:
        return
    thread.intent = intent
    if machine:
        return
    thread.last_in_at = incoming.received_at
    thread.unread, thread.snoozed_until = True, None
    thread.needs_us = thread.needs_us or intent in reply_acts.NEEDS_US or thread.lead_id is None


def _classify(
    session: Session, message: Message, reading: Reading, *, by_id: int | None, now: datetime
) -> None:
    evidence: dict[str, object] = {"words": reading.evidence}
    if reading.day is not None:
        evidence["date"] = reading.day.isoformat()
    if reading.referred is not None:
        evidence["named"] = {"name": reading.referred.name, "email": reading.referred.email}
    session.add(
        Classification(
            client_id=message.client_id,
            message_id=message.id,
            intent=reading.intent,
            layer=reading.layer,
            confidence=reading.confidence,
            evidence=evidence,
            by_id=by_id,
            at=now,
        )
    )
    message.intent = reading.intent
    session.flush()


def _said_by_person(session: Session, message_id: int) -> bool:
    last = session.execute(
        select(Classification.layer)
        .where(Classification.message_id == message_id)
        .order_by(Classification.id.desc())
        .limit(1)
    ).scalar()
    return last is IntentLayer.PERSON
