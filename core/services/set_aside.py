"""A mail that cannot be filed is set aside with its reason: it is shown, and holds up none."""

from datetime import datetime

from sqlalchemy.orm import Session

from core.domain import keys
from core.domain.states import Direction, MessageKind, MessageState, ReplyIntent
from db.models import Mailbox, Message, Thread
from db.upsert import insert_new


def put(session: Session, mailbox_id: int, key: str, reason: str, *, now: datetime) -> None:
    """Keeps its place in the inbox as an unmatched conversation that says why it is empty."""
    mailbox = session.get_one(Mailbox, mailbox_id)
    row = {
        "key": key,
        "client_id": mailbox.client_id,
        "mailbox_id": mailbox.id,
        "direction": Direction.IN,
        "kind": MessageKind.REPLY,
        "state": MessageState.RECEIVED,
        "state_reason": reason[:500],
        "error": reason[:500],
        "from_address": "",
        "to_address": mailbox.address,
        "subject": "(a mail that cannot be read)",
        "body_text": "",
        "visible_text": "",
        "headers": {},
        "intent": ReplyIntent.UNCLEAR,
        "content_hash": keys.content_hash(key),
        "received_at": now,
        "attempts": 0,
        "created_at": now,
        "version": 1,
    }
    message_id = insert_new(session, Message, row)
    if message_id is None:
        return
    session.get_one(Message, message_id).thread_id = _thread(session, mailbox, now)


def _thread(session: Session, mailbox: Mailbox, now: datetime) -> int:
    thread = Thread(
        client_id=mailbox.client_id,
        mailbox_id=mailbox.id,
        subject="(a mail that cannot be read)",
        address="",
        intent=ReplyIntent.UNCLEAR,
        needs_us=True,
        unread=True,
        last_in_at=now,
        last_at=now,
    )
    session.add(thread)
    session.flush()
    return thread.id
