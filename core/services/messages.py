"""What people may do to a message: approve, edit, cancel, recall, retry, settle."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain import keys, lifecycle
from core.domain.access import Act, Viewer
from core.domain.states import Direction, MessageKind, MessageState, ReviewKind
from core.errors import IllegalMove, Invalid, Stale
from core.services import announcing, audit, enrolments, guard, outcomes, review_items
from db.models import Enrolment, Message, SequenceStep, Thread

WORDS = {
    MessageState.APPROVED: "approved",
    MessageState.REVIEW: "put back to review",
    MessageState.CANCELLED: "cancelled",
}


def approve(
    session: Session, viewer: Viewer, message_id: int, *, content_hash: str, now: datetime
) -> Message:
    """Approves exactly the version shown; Stale where the text has changed since."""
    message = _ours(session, viewer, message_id, Act.REVIEW)
    if message.content_hash != content_hash:
        raise Stale("The text has changed since you saw it. Look at the new version first.")
    if message.state == MessageState.APPROVED and message.approved_hash == content_hash:
        return message
    _move(session, viewer, message, MessageState.APPROVED, now)
    message.approved_hash = content_hash
    message.approved_by_id, message.approved_at = viewer.user_id, now
    message.due_at = max(message.due_at or now, now)
    message.state_reason = None
    return message


def edit(
    session: Session,
    viewer: Viewer,
    message_id: int,
    *,
    subject: str,
    body_text: str,
    version: int,
    now: datetime,
) -> Message:
    """Changes the words of what is not sent; an approval given before is void."""
    message = _ours(session, viewer, message_id, Act.WRITE_MAIL)
    if message.version != version:
        raise Stale("Somebody else changed this mail meanwhile. Look at it again.")
    if message.state not in enrolments.UNSENT:
        raise IllegalMove(f"A message that is {message.state} cannot be changed any more.")
    subject, body_text = " ".join(subject.split()), body_text.strip()
    if not subject or not body_text:
        raise Invalid("A mail needs a subject and a text.")
    if len(subject) > 500 or len(body_text) > 100_000:
        raise Invalid("The subject or the text is too long for a mail.")
    before = {"subject": message.subject, "body_text": message.body_text}
    message.subject, message.body_text, message.body_html = subject, body_text, None
    message.content_hash = keys.content_hash(subject, body_text, None)
    _tell_thread(session, message, message.state, MessageState.REVIEW)
    message.state, message.approved_hash = MessageState.REVIEW, None
    message.approved_by_id, message.approved_at = None, None
    message.version += 1
    audit.of(
        session,
        viewer,
        "message edited",
        message,
        now,
        before,
        {"subject": subject, "body_text": body_text},
    )
    put_up(session, message, "The text was edited by a person.", now=now)
    return message


def cancel(
    session: Session, viewer: Viewer, message_id: int, *, reason: str, now: datetime
) -> Message:
    """This mail is not to go out; a sequence it belongs to stops, so that none hangs unseen."""
    message = _ours(session, viewer, message_id, Act.REVIEW)
    if message.state == MessageState.CANCELLED:
        return message
    _move(session, viewer, message, MessageState.CANCELLED, now, reason)
    message.state_reason = reason[:500] or "Cancelled by a person."
    review_items.withdraw(session, keys.subject("message", message.id), reason, now=now)
    if message.kind == MessageKind.STEP and message.lead_id is not None:
        why = f"Step {message.step} was turned down: {reason}"
        enrolments.stop_for_lead(session, viewer, message.lead_id, why, now=now)
    return message


def recall(session: Session, viewer: Viewer, message_id: int, *, now: datetime) -> Message:
    """Takes an approval back, as long as the message is not being sent."""
    message = _ours(session, viewer, message_id, Act.REVIEW)
    _move(session, viewer, message, MessageState.REVIEW, now)
    message.approved_hash, message.approved_by_id, message.approved_at = None, None, None
    return message


def retry(session: Session, viewer: Viewer, message_id: int, *, now: datetime) -> Message:
    """Tries a failed message again: surely nothing went out, and its text is still approved."""
    message = _ours(session, viewer, message_id, Act.REVIEW)
    if message.state != MessageState.FAILED:
        raise IllegalMove("Only a message that failed for sure can be tried again.")
    _move(session, viewer, message, MessageState.APPROVED, now)
    message.approved_hash, message.due_at = message.content_hash, now
    message.state_reason, message.error = None, None
    return message


def settle_uncertain(
    session: Session, viewer: Viewer, message_id: int, outcome: str, *, now: datetime
) -> Message:
    """A person has looked: it went out ("sent"), or it did not ("not_sent": approved again)."""
    message = _ours(session, viewer, message_id, Act.REVIEW)
    if outcome not in ("sent", "not_sent"):
        raise Invalid("Say whether the mail was sent or not sent.")
    if message.state != MessageState.UNCERTAIN:
        raise IllegalMove("This message is not uncertain (any more).")
    went = outcome == "sent"
    _move(session, viewer, message, MessageState.SENT if went else MessageState.APPROVED, now)
    message.state_reason = f"Settled by {viewer.name}."
    if went:
        message.sent_at = message.claimed_at or now
        _follow(session, message, message.sent_at)
        announcing.sent(session, message.id, client_id=message.client_id, now=now)
    else:
        message.due_at = now
    review_items.withdraw(session, keys.subject("message", message.id), "Settled.", now=now)
    return message


def put_up(session: Session, message: Message, why: str, *, now: datetime) -> None:
    """Puts the present version of a message up for review."""
    answer = message.kind == MessageKind.ANSWER
    review_items.put(
        session,
        client_id=message.client_id,
        kind=ReviewKind.REPLY_DRAFT if answer else ReviewKind.MESSAGE,
        subject=keys.subject("message", message.id),
        content_hash=message.content_hash,
        why=why,
        lead_id=message.lead_id,
        message_id=message.id,
        campaign_id=message.campaign_id,
        now=now,
    )


def _follow(session: Session, message: Message, at: datetime) -> None:
    delay = session.execute(
        select(SequenceStep.delay_days)
        .join(Enrolment, Enrolment.sequence_id == SequenceStep.sequence_id)
        .where(Enrolment.id == message.enrolment_id, SequenceStep.position > (message.step or 0))
        .order_by(SequenceStep.position)
        .limit(1)
    ).scalar()
    outcomes.went_out(
        session,
        lead_id=message.lead_id,
        enrolment_id=message.enrolment_id,
        thread_id=message.thread_id,
        step=message.step,
        next_delay=delay,
        at=at,
    )


def _ours(session: Session, viewer: Viewer, message_id: int, act: Act) -> Message:
    session.flush()
    message = guard.owned(session, viewer, Message, message_id, act)
    session.refresh(message)
    if message.direction != Direction.OUT:
        raise Invalid("This message came in; there is nothing to decide about its sending.")
    return message


def _move(
    session: Session,
    viewer: Viewer,
    message: Message,
    to: MessageState,
    now: datetime,
    reason: str = "",
) -> None:
    if not lifecycle.may_move(lifecycle.MESSAGE_MOVES, message.state, to):
        raise IllegalMove(f"A message that is {message.state} cannot become {to}.")
    before, message.state = message.state, to
    message.version += 1
    _tell_thread(session, message, before, to)
    after = {"state": to} | ({"reason": reason} if reason else {})
    audit.of(
        session, viewer, f"message {WORDS.get(to, 'settled')}", message, now,
        {"state": before}, after,
    )  # fmt: skip
    session.flush()


def _tell_thread(
    session: Session, message: Message, before: MessageState, to: MessageState
) -> None:
    """An approved answer is our word in its conversation, unless they wrote again after it was
    drafted; one that is taken back leaves the conversation to us again.
    """
    thread = session.get(Thread, message.thread_id) if message.thread_id else None
    if message.kind != MessageKind.ANSWER or thread is None or before == to:
        return
    if to == MessageState.APPROVED:
        if thread.last_in_at is not None and thread.last_in_at > message.created_at:
            return
        thread.needs_us, thread.unread = False, False
    elif before == MessageState.APPROVED:
        thread.needs_us = True
    else:
        return
    thread.version += 1
