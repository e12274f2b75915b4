"""What a person's word does, told by the kind of the review item; done by the owning service."""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from core.domain.access import Viewer
from core.domain.states import LeadState, MessageState, ReviewKind, ReviewState
from core.errors import IllegalMove, Invalid, Stale
from core.services import deliverables, leads, messages
from db.models import Deliverable, Lead, Message, ReviewItem

CHANGED = "This changed after it was put up for review. Look at the new version and decide again."


def check_unchanged(session: Session, item: ReviewItem) -> None:
    """What the item shows is what stands there: the hash of the text, the state of the lead."""
    if item.kind == ReviewKind.LEAD:
        lead = session.get_one(Lead, item.lead_id)
        unchanged = lead.state == LeadState.REVIEW
    elif item.kind == ReviewKind.DELIVERABLE:
        deliverable = session.get_one(Deliverable, item.deliverable_id)
        unchanged = deliverable.sha256 in (None, item.content_hash)
    else:
        message = session.get_one(Message, item.message_id)
        unchanged = message.content_hash == item.content_hash
    if not unchanged:
        raise Stale(CHANGED)


def _approve_lead(session: Session, viewer: Viewer, item: ReviewItem, now: datetime) -> None:
    leads.move(
        session, viewer, _lead(item), LeadState.QUALIFIED, reason="Approved in review", now=now
    )


def _approve_message(session: Session, viewer: Viewer, item: ReviewItem, now: datetime) -> None:
    messages.approve(session, viewer, _message(item), content_hash=item.content_hash, now=now)


def _approve_deliverable(session: Session, viewer: Viewer, item: ReviewItem, now: datetime) -> None:
    deliverables.approve(session, viewer, _deliverable(item), now=now)


def _approve_uncertain(session: Session, viewer: Viewer, item: ReviewItem, now: datetime) -> None:
    raise Invalid("Say whether it was sent or not: an uncertain send cannot just be approved.")


def _reject_lead(
    session: Session, viewer: Viewer, item: ReviewItem, reason: str, now: datetime
) -> None:
    leads.move(session, viewer, _lead(item), LeadState.REJECTED, reason=reason, now=now)


def _reject_message(
    session: Session, viewer: Viewer, item: ReviewItem, reason: str, now: datetime
) -> None:
    """A rejected step ends the lead's walk too: later steps would follow a mail never sent."""
    messages.cancel(session, viewer, _message(item), reason=reason, now=now)


def _reject_deliverable(
    session: Session, viewer: Viewer, item: ReviewItem, reason: str, now: datetime
) -> None:
    deliverables.reject(session, viewer, _deliverable(item), reason=reason, now=now)


def _reject_uncertain(
    session: Session, viewer: Viewer, item: ReviewItem, reason: str, now: datetime
) -> None:
    raise Invalid("Say whether it was sent or not: an uncertain send cannot just be rejected.")


def take_back(
    session: Session, viewer: Viewer, item: ReviewItem, was: ReviewState, now: datetime
) -> None:
    """Undoes what a decision did, where the thing has not gone further."""
    if item.kind == ReviewKind.LEAD:
        leads.take_back(session, viewer, _lead(item), reason="Undone", now=now)
        return
    yes = was is ReviewState.APPROVED
    if yes and item.kind in (ReviewKind.MESSAGE, ReviewKind.REPLY_DRAFT):
        message = session.get_one(Message, item.message_id)
        if message.state == MessageState.APPROVED:
            messages.recall(session, viewer, message.id, now=now)
            return
        raise IllegalMove("It is already on its way: that cannot be undone.")
    raise IllegalMove("This decision cannot be undone.")


def _lead(item: ReviewItem) -> int:
    return item.lead_id or 0


def _message(item: ReviewItem) -> int:
    return item.message_id or 0


def _deliverable(item: ReviewItem) -> int:
    return item.deliverable_id or 0


APPROVE: Mapping[ReviewKind, Callable[[Session, Viewer, ReviewItem, datetime], None]] = {
    ReviewKind.LEAD: _approve_lead,
    ReviewKind.MESSAGE: _approve_message,
    ReviewKind.REPLY_DRAFT: _approve_message,
    ReviewKind.UNCERTAIN_SEND: _approve_uncertain,
    ReviewKind.DELIVERABLE: _approve_deliverable,
}
REJECT: Mapping[ReviewKind, Callable[[Session, Viewer, ReviewItem, str, datetime], None]] = {
    ReviewKind.LEAD: _reject_lead,
    ReviewKind.MESSAGE: _reject_message,
    ReviewKind.REPLY_DRAFT: _reject_message,
    ReviewKind.UNCERTAIN_SEND: _reject_uncertain,
    ReviewKind.DELIVERABLE: _reject_deliverable,
}
