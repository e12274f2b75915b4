"""What became of a claimed message, recorded in a transaction of its own."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.domain import keys
from core.domain.access import SYSTEM
from core.domain.states import (
    EventKind,
    MessageState,
    ReviewKind,
    SuppressionKind,
    SuppressionReason,
)
from core.services import (
    announcing,
    claim_sql,
    mailbox_health,
    review_items,
    sending,
    sent_sql,
    suppressions,
    tasks,
)
from core.services.sending import Claimed
from db.models import Event, Message, Thread
from db.upsert import insert_ignore

_m = claim_sql.table_of(Message)
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=5), timedelta(hours=4)


def sent(
    session: Session, claimed: Claimed, *, provider: str, ref: str | None, now: datetime
) -> None:
    """The provider took it: the lead is reached, the next step gets its time."""
    given = {"message": claimed.message_id, "at": now, "by": provider, "ref": ref}
    sent_sql.SENT.run(session.connection(), given)
    announcing.sent(session, claimed.message_id, client_id=claimed.client_id, now=now)
    went_out(
        session,
        lead_id=claimed.lead_id,
        enrolment_id=claimed.enrolment_id,
        thread_id=claimed.thread_id,
        step=claimed.step,
        next_delay=claimed.next_delay,
        at=now,
    )


def went_out(
    session: Session,
    *,
    lead_id: int | None,
    enrolment_id: int | None,
    thread_id: int | None,
    step: int | None,
    next_delay: float | None,
    at: datetime,
) -> None:
    """What follows from a mail that is out, whoever established it: dispatch, or a person."""
    connection = session.connection()
    if thread_id is not None:
        sent_sql.THREAD_MOVED.run(connection, {"thread": thread_id, "at": at})
    if thread_id is not None and step is None:
        _answered(session, thread_id, at)
    if lead_id is not None:
        sent_sql.LEAD_REACHED.run(connection, {"lead": lead_id, "at": at})
    if enrolment_id is not None and step is not None:
        _next_step(session, enrolment_id, next_delay, at)


def put_off(
    session: Session, claimed: Claimed, reason: str, *, now: datetime, until: datetime | None
) -> None:
    """Surely nothing went out: approved again, later; its place in the caps is given back."""
    wait = min(FIRST_WAIT * 2 ** min(claimed.attempts - 1, 8), LONGEST_WAIT)
    due = max(until or now, now + wait)
    _settle(session, claimed, MessageState.APPROVED, due_at=due, **_because(reason))
    sending.release(session, claimed)


def refused(
    session: Session, claimed: Claimed, reason: str, *, status: int | None, now: datetime
) -> None:
    """The provider said no for good: failed; an address that does not exist is suppressed."""
    _settle(session, claimed, MessageState.FAILED, **_because(reason))
    sending.release(session, claimed)
    _left_to_us(session, claimed)
    if not mailbox_health.is_dead_address(status, reason):
        return
    insert_ignore(
        session,
        Event,
        [
            {
                "client_id": claimed.client_id,
                "campaign_id": claimed.campaign_id,
                "lead_id": claimed.lead_id,
                "message_id": claimed.message_id,
                "provider": "dispatch",
                "provider_event_id": f"refused:{claimed.key}:{claimed.attempts}",
                "kind": EventKind.BOUNCED,
                "extra": {"hard": True, "reason": reason[:500]},
                "at": now,
            }
        ],
    )
    mailbox_health.count(session, claimed.mailbox_id, claimed.day, "bounced", now=now)
    words = {"hard": True, "reason": reason[:500]}
    announcing.bounced(
        session, claimed.message_id, client_id=claimed.client_id, words=words, now=now
    )
    suppressions.suppress(
        session,
        SYSTEM,
        claimed.to_address,
        kind=SuppressionKind.ADDRESS,
        client_id=claimed.client_id,
        reason=SuppressionReason.BOUNCED,
        source="refused when sent",
        now=now,
    )


def unknown(session: Session, claimed: Claimed, reason: str, *, now: datetime) -> None:
    """It may have gone out: uncertain, and a question to a person. Never sent again by itself."""
    _settle(session, claimed, MessageState.UNCERTAIN, **_because(reason))
    ask_person(session, claimed.message_id, reason, now=now)


def abandoned(session: Session, *, before: datetime, now: datetime) -> int:
    """Messages claimed before `before` and never recorded (a crash) become uncertain."""
    rows = session.execute(
        update(Message)
        .where(Message.state == MessageState.SENDING, Message.claimed_at < before)
        .values(
            state=MessageState.UNCERTAIN,
            state_reason="The sending broke off before its end was recorded.",
            version=Message.version + 1,
        )
        .returning(Message.id)
    ).scalars()
    found = rows.all()
    for message_id in found:
        ask_person(session, message_id, "The sending broke off; it may have gone out.", now=now)
    return len(found)


def ask_person(session: Session, message_id: int, reason: str, *, now: datetime) -> None:
    """Puts an uncertain message up: a person looks at the Sent folder and settles it."""
    message = session.execute(
        select(Message).where(Message.id == message_id).execution_options(populate_existing=True)
    ).scalar_one()
    review_items.put(
        session,
        client_id=message.client_id,
        kind=ReviewKind.UNCERTAIN_SEND,
        subject=keys.subject("message", message_id),
        content_hash=keys.content_hash(message.key, str(message.attempts)),
        why=f"It is not known whether this mail went out: {reason}",
        lead_id=message.lead_id,
        message_id=message_id,
        campaign_id=message.campaign_id,
        now=now,
    )


def _answered(session: Session, thread_id: int, at: datetime) -> None:
    given = {"thread": thread_id, "at": at}
    if session.connection().execute(sent_sql.THREAD_ANSWERED, given).first() is not None:
        tasks.finish_for_thread(session, thread_id, now=at)


def _left_to_us(session: Session, claimed: Claimed) -> None:
    """The conversation of an answer that never arrives needs us again."""
    if claimed.thread_id is not None and claimed.step is None:
        session.execute(update(Thread).where(Thread.id == claimed.thread_id).values(needs_us=True))


def _next_step(
    session: Session, enrolment_id: int, next_delay: float | None, sent_at: datetime
) -> None:
    statement, given = sent_sql.WALK_ENDS, {"walk": enrolment_id, "at": sent_at}
    if next_delay is not None:
        due = sent_at + timedelta(days=next_delay)
        statement, given = sent_sql.WALK_GOES_ON, {"walk": enrolment_id, "at": due}
    statement.run(session.connection(), given)


def _settle(session: Session, claimed: Claimed, state: MessageState, **values: Any) -> None:
    session.connection().execute(
        update(_m)
        .where(_m.c.id == claimed.message_id, _m.c.state == MessageState.SENDING)
        .values(state=state, version=_m.c.version + 1, **values)
    )


def _because(reason: str) -> dict[str, str]:
    return {"error": reason[:500], "state_reason": reason[:500]}
