"""A person's word on what waits: approve, reject, snooze, undo. One door for every kind.

An approval binds to the version that was shown: the item's `version` (somebody else may have
decided meanwhile) and its `content_hash` (the thing itself may have changed). What the word does is
told by the kind and done by the service that owns the thing.
"""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.domain.access import Act, Viewer
from core.domain.keys import subject as subject_of
from core.domain.states import ReviewKind, ReviewState
from core.errors import IllegalMove, Invalid, Stale
from core.services import audit, documents, guard, messages, review_acts
from core.services.review_items import OPEN, put, withdraw, withdraw_for_lead
from db.models import Message, ReviewItem

__all__ = [
    "approve",
    "edit",
    "put",
    "reject",
    "send_draft",
    "settle",
    "snooze",
    "undo",
    "withdraw",
    "withdraw_for_lead",
]

DECIDED = "Somebody else decided this meanwhile, or it is no longer needed."


def approve(
    session: Session, viewer: Viewer, item_id: int, *, version: int, now: datetime
) -> ReviewItem:
    """Says yes to exactly what was shown; Stale where that is no longer what stands there."""
    item = _claimed(session, viewer, item_id, version, ReviewState.APPROVED, now)
    review_acts.check_unchanged(session, item)
    review_acts.APPROVE[item.kind](session, viewer, item, now)
    _note(session, viewer, item, "review approved", now)
    return item


def reject(
    session: Session, viewer: Viewer, item_id: int, *, version: int, reason: str, now: datetime
) -> ReviewItem:
    """Says no, with a reason that stays with the lead or the message."""
    reason = documents.storable(reason).strip()
    if not reason:
        raise Invalid("Say why: the reason stays in the history.")
    item = _claimed(session, viewer, item_id, version, ReviewState.REJECTED, now, reason)
    review_acts.REJECT[item.kind](session, viewer, item, reason, now)
    _note(session, viewer, item, "review rejected", now)
    return item


def settle(
    session: Session, viewer: Viewer, item_id: int, *, version: int, sent: bool, now: datetime
) -> ReviewItem:
    """Settles an uncertain send by a person's word: it was sent, or it was not (send it again)."""
    item = _claimed(session, viewer, item_id, version, ReviewState.APPROVED, now)
    if item.kind != ReviewKind.UNCERTAIN_SEND or item.message_id is None:
        raise Invalid("Only an uncertain send can be settled like this.")
    outcome = "sent" if sent else "not_sent"
    messages.settle_uncertain(session, viewer, item.message_id, outcome, now=now)
    item.reason = "It was sent." if sent else "It was not sent; it goes out again."
    _note(session, viewer, item, "uncertain send settled", now)
    return item


def snooze(
    session: Session, viewer: Viewer, item_id: int, *, version: int, until: datetime, now: datetime
) -> ReviewItem:
    """Puts the decision off until a moment in the future."""
    if until <= now:
        raise Invalid("Choose a moment that lies ahead.")
    item = _claimed(session, viewer, item_id, version, ReviewState.SNOOZED, now)
    item.snoozed_until, item.decided_at, item.decided_by_id = until, None, None
    _note(session, viewer, item, "review snoozed", now)
    return item


def undo(
    session: Session, viewer: Viewer, item_id: int, *, version: int, now: datetime
) -> ReviewItem:
    """Takes a decision back while the world allows it; IllegalMove says why where it does not."""
    item = guard.owned(session, viewer, ReviewItem, item_id, Act.REVIEW)
    if item.version != version:
        raise Stale(DECIDED)
    was = item.state
    if was not in (ReviewState.APPROVED, ReviewState.REJECTED, ReviewState.SNOOZED):
        raise IllegalMove("There is nothing to undo here.")
    if was is not ReviewState.SNOOZED:
        review_acts.take_back(session, viewer, item, was, now)
    item.state, item.reason, item.snoozed_until = ReviewState.WAITING, None, None
    item.decided_at, item.decided_by_id = None, None
    item.version += 1
    _note(session, viewer, item, "review undone", now)
    return item


def edit(
    session: Session,
    viewer: Viewer,
    item_id: int,
    *,
    version: int,
    subject: str,
    body_text: str,
    now: datetime,
) -> ReviewItem:
    """Changes the words of a message under review; gives the item of the version that now waits."""
    item = guard.owned(session, viewer, ReviewItem, item_id, Act.REVIEW)
    if item.version != version or item.state not in OPEN:
        raise Stale(DECIDED)
    if item.message_id is None or item.kind not in (ReviewKind.MESSAGE, ReviewKind.REPLY_DRAFT):
        raise Invalid("Only the text of a message can be changed here.")
    message = guard.owned(session, viewer, Message, item.message_id, Act.REVIEW)
    messages.edit(
        session,
        viewer,
        message.id,
        subject=subject,
        body_text=body_text,
        version=message.version,
        now=now,
    )
    return session.execute(
        select(ReviewItem).where(
            ReviewItem.subject == item.subject, ReviewItem.state == ReviewState.WAITING
        )
    ).scalar_one()


def send_draft(
    session: Session,
    viewer: Viewer,
    message_id: int,
    *,
    version: int,
    subject: str,
    body_text: str,
    now: datetime,
) -> Message:
    """Approves a drafted answer with the words as they stand in the box, in one act."""
    message = guard.owned(session, viewer, Message, message_id, Act.REVIEW)
    if (subject.strip(), body_text.strip()) != (message.subject, message.body_text):
        message = messages.edit(
            session, viewer, message_id, subject=subject, body_text=body_text, version=version,
            now=now,
        )  # fmt: skip
    elif message.version != version:
        raise Stale(DECIDED)
    item = session.execute(
        select(ReviewItem).where(
            ReviewItem.subject == subject_of("message", message_id), ReviewItem.state.in_(OPEN)
        )
    ).scalar()
    if item is None:
        return messages.approve(
            session, viewer, message_id, content_hash=message.content_hash, now=now
        )
    approve(session, viewer, item.id, version=item.version, now=now)
    return message


def _claimed(
    session: Session,
    viewer: Viewer,
    item_id: int,
    version: int,
    to: ReviewState,
    now: datetime,
    reason: str | None = None,
) -> ReviewItem:
    """The item, decided by nobody else: one UPDATE guarded on version and state says so."""
    item = guard.owned(session, viewer, ReviewItem, item_id, Act.REVIEW)
    session.flush()
    changed = session.execute(
        update(ReviewItem)
        .where(ReviewItem.id == item.id, ReviewItem.version == version, ReviewItem.state.in_(OPEN))
        .values(
            state=to,
            reason=reason,
            snoozed_until=None,
            decided_at=now,
            decided_by_id=viewer.user_id,
            version=version + 1,
        )
        .returning(ReviewItem.id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    session.refresh(item)
    if changed is None:
        raise Stale(DECIDED)
    return item


def _note(session: Session, viewer: Viewer, item: ReviewItem, action: str, now: datetime) -> None:
    session.flush()
    audit.record(
        session,
        viewer,
        action,
        subject_of("review", item.id),
        client_id=item.client_id,
        after={"state": item.state, "subject": item.subject, "reason": item.reason},
        now=now,
    )
