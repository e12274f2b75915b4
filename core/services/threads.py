"""Conversations: answered, drafted, snoozed, assigned, read."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.domain import keys, templates
from core.domain.access import Act, Viewer
from core.domain.states import Direction, MessageKind, MessageState
from core.errors import Invalid, NotFound
from core.services import audit, guard, messages, planning, sending, tasks
from db.models import Mailbox, Message, Thread, User, UserClient
from db.upsert import insert_new

UNDO = timedelta(seconds=30)  # an answer waits this long, so that it can be cancelled


def answer(
    session: Session,
    viewer: Viewer,
    thread_id: int,
    *,
    text: str,
    now: datetime,
) -> Message:
    """A person's answer, from the right mailbox in the right thread; goes out in 30 seconds.

    The same words to the same mail are one answer, however often they are sent.
    """
    thread = guard.owned(session, viewer, Thread, thread_id, Act.WRITE_MAIL)
    text = text.strip()
    if not text:
        raise Invalid("Write something before you send it.")
    if len(text) > templates.LONGEST_TEXT:
        raise Invalid("The text is too long for a mail.")
    if sending.is_suppressed(session, thread.client_id, thread.address.lower()):
        raise Invalid("This person asked not to be written to, or the address is suppressed.")
    message = _once(session, thread, text, now)
    messages.approve(session, viewer, message.id, content_hash=message.content_hash, now=now + UNDO)
    message.approved_at = now
    thread.needs_us, thread.unread = False, False
    thread.version += 1
    tasks.finish_for_thread(session, thread.id, now=now)
    return message


def draft(session: Session, thread_id: int, *, text: str, why: str, now: datetime) -> Message:
    """A drafted answer, put up for review; one draft for each message it answers."""
    thread = session.get_one(Thread, thread_id)
    message = _write(session, thread, text, "draft", now)
    if message.state == MessageState.REVIEW:
        messages.put_up(session, message, why, now=now)
    return message


def snooze(
    session: Session, viewer: Viewer, thread_id: int, *, until: datetime, now: datetime
) -> Thread:
    """Out of sight until then; any new mail brings it back at once."""
    thread = guard.owned(session, viewer, Thread, thread_id, Act.WRITE_MAIL)
    if until <= now:
        raise Invalid("Choose a moment that is still to come.")
    thread.snoozed_until = until
    _changed(session, viewer, thread, "thread snoozed", {"until": until.isoformat()}, now)
    return thread


def assign(
    session: Session, viewer: Viewer, thread_id: int, user_id: int | None, *, now: datetime
) -> Thread:
    """Gives the thread to a person who works for its client, or to nobody."""
    thread = guard.owned(session, viewer, Thread, thread_id, Act.WRITE_MAIL)
    if user_id is not None:
        _works_for(session, user_id, thread.client_id)
    thread.assignee_id = user_id
    _changed(session, viewer, thread, "thread assigned", {"assignee_id": user_id}, now)
    return thread


def mark_read(session: Session, viewer: Viewer, thread_id: int, *, now: datetime) -> Thread:
    """A person has seen it."""
    thread = guard.owned(session, viewer, Thread, thread_id, Act.READ)
    thread.unread = False
    return thread


def settle(session: Session, viewer: Viewer, thread_id: int, *, now: datetime) -> Thread:
    """Nothing more to do here: the thread needs us no longer, its tasks are done."""
    thread = guard.owned(session, viewer, Thread, thread_id, Act.WRITE_MAIL)
    thread.needs_us, thread.unread, thread.snoozed_until = False, False, None
    tasks.finish_for_thread(session, thread.id, now=now)
    _changed(session, viewer, thread, "thread settled", {"needs_us": False}, now)
    return thread


def wake(session: Session, *, now: datetime) -> int:
    """Snoozes that are over end; what they hid needs us again."""
    woken = session.execute(
        update(Thread)
        .where(Thread.snoozed_until <= now)
        .values(snoozed_until=None, needs_us=True, version=Thread.version + 1)
        .returning(Thread.id)
    ).scalars()
    return len(woken.all())


def _once(session: Session, thread: Thread, text: str, now: datetime) -> Message:
    """The answer with these words, yet to be approved. One that was cancelled may be written
    again; one that goes out or went out may not.
    """
    words = keys.digest(text.encode())[:16]
    message = _write(session, thread, text, words, now)
    while message.state == MessageState.CANCELLED:
        message = _write(session, thread, text, f"{words}.{message.id}", now)
    if message.state != MessageState.REVIEW:
        raise Invalid("This answer is already on its way.")
    return message


def _write(session: Session, thread: Thread, text: str, nonce: str, now: datetime) -> Message:
    mailbox = session.get_one(Mailbox, thread.mailbox_id)
    last_in, ids = _before(session, thread)
    key = keys.answer_message(thread.id, last_in, nonce)
    subject = templates.reply_subject(thread.subject)[:500]
    insert_new(
        session,
        Message,
        {
            "key": key,
            "client_id": thread.client_id,
            "campaign_id": thread.campaign_id,
            "lead_id": thread.lead_id,
            "thread_id": thread.id,
            "mailbox_id": mailbox.id,
            "direction": Direction.OUT,
            "kind": MessageKind.ANSWER,
            "state": MessageState.REVIEW,
            "header_id": planning.header_id(key, mailbox.address),
            "in_reply_to": ids[-1] if ids else None,
            "references": " ".join(ids[-20:]) or None,
            "from_address": mailbox.address,
            "to_address": thread.address,
            "subject": subject,
            "body_text": text,
            "headers": {},
            "content_hash": keys.content_hash(subject, text, None),
            "due_at": now,
            "attempts": 0,
            "created_at": now,
            "version": 1,
        },
    )
    return session.execute(select(Message).where(Message.key == key)).scalar_one()


def _before(session: Session, thread: Thread) -> tuple[int, list[str]]:
    """The last message that came in, and the Message-IDs of all that went to and fro."""
    rows = session.execute(
        select(Message.id, Message.header_id, Message.direction)
        .where(Message.thread_id == thread.id, Message.header_id.is_not(None))
        .where(Message.state.in_([MessageState.SENT, MessageState.RECEIVED]))
        .order_by(Message.id)
    ).all()
    last_in = max((row.id for row in rows if row.direction == Direction.IN), default=0)
    return last_in, [row.header_id for row in rows if row.header_id]


def _works_for(session: Session, user_id: int, client_id: int) -> None:
    user = session.get(User, user_id)
    linked = session.get(UserClient, (user_id, client_id))
    if user is None or user.disabled_at or (linked is None and user.role != "admin"):
        raise NotFound("This person does not work for the client.")


def _changed(
    session: Session,
    viewer: Viewer,
    thread: Thread,
    action: str,
    after: dict[str, object],
    now: datetime,
) -> None:
    thread.version += 1
    audit.record(
        session,
        viewer,
        action,
        keys.subject("thread", thread.id),
        client_id=thread.client_id,
        after=after,
        now=now,
    )
