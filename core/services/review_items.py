"""What waits for a person's word: put up, taken back, woken. The deciding is in services.review.

This module imports no other service, so that every service may put something up.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, select, update
from sqlalchemy.orm import Session

from core.domain.states import ReviewKind, ReviewState
from db.models import ReviewItem
from db.upsert import as_stored, insert_new

OPEN = (ReviewState.WAITING, ReviewState.SNOOZED)
_OLDER = select(ReviewItem.id).where(
    ReviewItem.kind == bindparam("kind"),
    ReviewItem.subject == bindparam("subject"),
    ReviewItem.content_hash != bindparam("content_hash"),
    ReviewItem.state.in_(OPEN),
)


def put(
    session: Session,
    *,
    client_id: int,
    kind: ReviewKind,
    subject: str,
    content_hash: str,
    why: str,
    now: datetime,
    lead_id: int | None = None,
    message_id: int | None = None,
    deliverable_id: int | None = None,
    campaign_id: int | None = None,
) -> ReviewItem:
    """Puts one version of a thing up for review; doing it twice gives the same item.

    Older versions of the same thing that still wait are withdrawn: only what is shown is decided.
    An item that was withdrawn waits again; one that a person decided stays decided.
    """
    session.flush()
    _withdraw_others(session, kind, subject, content_hash, now)
    row = {
        "client_id": client_id,
        "campaign_id": campaign_id,
        "lead_id": lead_id,
        "message_id": message_id,
        "deliverable_id": deliverable_id,
        "kind": kind,
        "subject": subject,
        "content_hash": content_hash,
        "why": why[:500],
        "state": ReviewState.WAITING,
        "created_at": now,
        "version": 1,
    }
    item_id = insert_new(session, ReviewItem, row)
    if item_id is not None:
        return as_stored(session, ReviewItem(id=item_id, **row))
    item = _item(session, kind, subject, content_hash)
    if item.state == ReviewState.WITHDRAWN:
        _again(item, why, now)
        session.flush()
    return item


def withdraw(session: Session, subject: str, reason: str, *, now: datetime) -> int:
    """Takes back what waits about one subject (`message:12`); gives how many items that were."""
    return _withdraw(session, ReviewItem.subject == subject, reason, now)


def withdraw_for_lead(session: Session, lead_id: int, reason: str, *, now: datetime) -> int:
    """Takes back all that waits about a lead and its messages, but for uncertain sends.

    What may have gone out stays a question whatever becomes of the lead.
    """
    session.flush()
    found = session.execute(
        select(ReviewItem.id).where(
            ReviewItem.lead_id == lead_id, ReviewItem.kind != ReviewKind.UNCERTAIN_SEND
        )
    ).scalars()
    return _withdraw(session, ReviewItem.id.in_(tuple(found)), reason, now)


def wake(session: Session, *, now: datetime) -> int:
    """Snoozed items whose time has come wait again; gives how many."""
    woken = session.execute(
        update(ReviewItem)
        .where(ReviewItem.state == ReviewState.SNOOZED, ReviewItem.snoozed_until <= now)
        .values(state=ReviewState.WAITING, snoozed_until=None, version=ReviewItem.version + 1)
        .returning(ReviewItem.id)
    ).scalars()
    return len(woken.all())


def _item(session: Session, kind: ReviewKind, subject: str, content_hash: str) -> ReviewItem:
    return session.execute(
        select(ReviewItem)
        .where(
            ReviewItem.kind == kind,
            ReviewItem.subject == subject,
            ReviewItem.content_hash == content_hash,
        )
        .execution_options(populate_existing=True)
    ).scalar_one()


def _again(item: ReviewItem, why: str, now: datetime) -> None:
    item.state, item.why, item.reason = ReviewState.WAITING, why[:500], None
    item.decided_at, item.decided_by_id, item.created_at = None, None, now
    item.version += 1


def _withdraw_others(
    session: Session, kind: ReviewKind, subject: str, content_hash: str, now: datetime
) -> None:
    given = {"kind": kind, "subject": subject, "content_hash": content_hash}
    older = session.connection().execute(_OLDER, given).scalars().all()
    if older:
        _withdraw(session, ReviewItem.id.in_(older), "A newer version was put up.", now)


def _withdraw(session: Session, which: ColumnElement[bool], reason: str, now: datetime) -> int:
    session.flush()
    gone = session.execute(
        update(ReviewItem)
        .where(which, ReviewItem.state.in_(OPEN))
        .values(
            state=ReviewState.WITHDRAWN,
            reason=reason[:500],
            snoozed_until=None,
            decided_at=now,
            version=ReviewItem.version + 1,
        )
        .returning(ReviewItem.id)
    ).scalars()
    return len(gone.all())
