"""What follows from a bounce or a complaint."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from core.domain import keys, sequencing
from core.domain.access import SYSTEM
from core.domain.bounces import Bounce
from core.domain.states import (
    EnrolmentState,
    EventKind,
    MessageState,
    SuppressionKind,
    SuppressionReason,
)
from core.intake.bounces import Complaint
from core.services import announcing, enrolments, mailbox_health, planning, suppressions
from core.services.matching import Match
from db.models import Enrolment, Event, Message
from db.upsert import insert_new

AGAIN = ":again:"  # in the key of a mail that is sent anew after a soft bounce


def bounced(
    session: Session, incoming: Message, match: Match, bounce: Bounce, *, now: datetime
) -> None:
    """Hard: the address is suppressed. Soft: again later, three times at most. A delay: noted."""
    ours = session.get(Message, match.message_id) if match.message_id is not None else None
    kind = EventKind.DEFERRED if bounce.delayed else EventKind.BOUNCED
    words = {"hard": bounce.hard, "code": bounce.enhanced or bounce.basic, "reason": bounce.reason}
    if not _event(session, incoming, ours, kind, words, now) or bounce.delayed:
        return
    mailbox_health.count(session, incoming.mailbox_id, now.date(), "bounced", now=now)
    announcing.bounced(
        session, ours.id if ours else None, client_id=incoming.client_id, words=words, now=now
    )
    if bounce.hard:
        for address in _written_to(session, incoming, ours, bounce.addresses):
            _suppress(session, incoming, address, SuppressionReason.BOUNCED, now)
    elif ours is not None:
        _again(session, ours, now)


def complained(
    session: Session, incoming: Message, match: Match, complaint: Complaint, *, now: datetime
) -> None:
    """Who calls our mail spam is never written to again, and the mailbox's share is counted."""
    ours = session.get(Message, match.message_id) if match.message_id is not None else None
    words = {"feedback": complaint.feedback}
    if not _event(session, incoming, ours, EventKind.COMPLAINED, words, now):
        return
    mailbox_health.count(session, incoming.mailbox_id, now.date(), "complained", now=now)
    for address in _written_to(session, incoming, ours, complaint.addresses):
        _suppress(session, incoming, address, SuppressionReason.COMPLAINED, now)


def _again(session: Session, ours: Message, now: datetime) -> None:
    """The same mail once more, under a key of its own; the walk waits for it."""
    first = ours.key.partition(AGAIN)[0]
    count = session.execute(
        select(func.count()).where(Message.key.like(f"{first}{AGAIN}%"))
    ).scalar_one()
    pause = sequencing.soft_bounce_pause(count + 1)
    if pause is None:
        if ours.lead_id is not None:
            reason = "The mailbox could not be reached three times."
            enrolments.stop_for_lead(session, SYSTEM, ours.lead_id, reason, now=now)
        return
    key = f"{first}{AGAIN}{count + 1}"
    kept = (
        *("client_id", "campaign_id", "lead_id", "enrolment_id", "thread_id", "mailbox_id"),
        *("step", "variant_id", "direction", "kind", "from_address", "to_address", "subject"),
        *("body_text", "in_reply_to", "references", "content_hash"),
    )
    row = {name: getattr(ours, name) for name in kept} | {
        "key": key,
        "state": MessageState.APPROVED,
        "state_reason": "It bounced for now and is sent again.",
        "approved_hash": ours.content_hash,
        "approved_by_id": ours.approved_by_id,
        "approved_at": now,
        "header_id": planning.header_id(key, ours.from_address),
        "headers": {},
        "due_at": now + pause,
        "attempts": 0,
        "created_at": now,
        "version": 1,
    }
    if insert_new(session, Message, row) is not None and ours.enrolment_id is not None:
        session.execute(
            update(Enrolment)
            .where(Enrolment.id == ours.enrolment_id, Enrolment.state == EnrolmentState.ACTIVE)
            .values(due_at=None, version=Enrolment.version + 1)
        )


def _written_to(
    session: Session, incoming: Message, ours: Message | None, named: tuple[str, ...]
) -> list[str]:
    """The addresses that this mailbox has really written to: a forged report suppresses nobody."""
    if ours is not None:
        return [ours.to_address]
    if not named:
        return []
    return list(
        session.execute(
            select(Message.to_address)
            .where(
                func.lower(Message.to_address).in_(named),
                Message.mailbox_id == incoming.mailbox_id,
                Message.sent_at.is_not(None),
            )
            .distinct()
        ).scalars()
    )


def _event(
    session: Session,
    incoming: Message,
    ours: Message | None,
    kind: EventKind,
    words: Mapping[str, object],
    now: datetime,
) -> bool:
    row = {
        "client_id": incoming.client_id,
        "campaign_id": incoming.campaign_id,
        "lead_id": incoming.lead_id,
        "message_id": ours.id if ours is not None else None,
        "provider": "inbox",
        "provider_event_id": keys.digest(incoming.key.encode()),
        "kind": kind,
        "by_machine": True,
        "extra": dict(words),
        "at": now,
    }
    return insert_new(session, Event, row) is not None


def _suppress(
    session: Session, incoming: Message, address: str, reason: SuppressionReason, now: datetime
) -> None:
    suppressions.suppress(
        session,
        SYSTEM,
        address,
        kind=SuppressionKind.ADDRESS,
        client_id=incoming.client_id,
        reason=reason,
        source=f"report {incoming.id}",
        now=now,
    )
