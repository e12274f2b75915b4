"""A lead's walk through a sequence: begun, paused, stopped, woken."""

from collections.abc import Sequence as Rows
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key

from core.domain import keys, lifecycle
from core.domain.access import Act, Viewer
from core.domain.states import EnrolmentState, MailboxState, MessageKind, MessageState
from core.errors import IllegalMove, Invalid, NotFound
from core.services import audit, guard, review_items, stop_sql
from db.models import Enrolment, Lead, Mailbox, Message, Sequence
from db.upsert import insert_ignore

AGAIN = timedelta(hours=12)  # when a held step is looked at again
UNSENT = (MessageState.DRAFT, MessageState.REVIEW, MessageState.APPROVED)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A routed lead that is to begin its sequence."""

    lead_id: int
    client_id: int
    campaign_id: int
    sequence_id: int


def enrol(
    session: Session, viewer: Viewer, lead_id: int, sequence_id: int, *, now: datetime
) -> Enrolment:
    """Begins the sequence; a lead that is already in one keeps it (one enrolment a lead)."""
    lead = guard.owned(session, viewer, Lead, lead_id, Act.EDIT_LEADS)
    sequence = session.get(Sequence, sequence_id)
    if sequence is None or sequence.client_id not in (None, lead.client_id):
        raise NotFound("This sequence does not exist, or it belongs to another client.")
    enrol_many(session, [Candidate(lead.id, lead.client_id, lead.campaign_id, sequence_id)], now)
    return session.execute(select(Enrolment).where(Enrolment.lead_id == lead_id)).scalar_one()


def enrol_many(session: Session, candidates: Rows[Candidate], now: datetime) -> int:
    """Begins the sequences of many leads, mailboxes given evenly; gives how many are new."""
    loads: dict[int, dict[int, int]] = {}
    rows = []
    for found in candidates:
        if found.client_id not in loads:
            loads[found.client_id] = _loads(session, found.client_id)
        mailbox_id = _lightest(loads[found.client_id])
        rows.append(
            {
                "client_id": found.client_id,
                "campaign_id": found.campaign_id,
                "lead_id": found.lead_id,
                "sequence_id": found.sequence_id,
                "mailbox_id": mailbox_id,
                "state": EnrolmentState.ACTIVE,
                "next_step": 1,
                "due_at": now,
                "created_at": now,
                "version": 1,
            }
        )
    return sum(
        insert_ignore(session, Enrolment, rows[at : at + 500]) for at in range(0, len(rows), 500)
    )


def choose_mailbox(session: Session, client_id: int) -> int | None:
    """The client's active mailbox with the fewest leads; None where there is none."""
    return _lightest(_loads(session, client_id))


def stop_for_lead(
    session: Session, viewer: Viewer, lead_id: int, reason: str, *, now: datetime
) -> int:
    """Stops at once: the enrolment ends, what is not sent is cancelled, review items go.

    Gives how many messages were cancelled. What is being sent is not touched. Safe to repeat.
    """
    guard.owned(session, viewer, Lead, lead_id, Act.EDIT_LEADS)
    session.flush()
    connection, given = session.connection(), {"lead": lead_id, "why": reason[:300], "at": now}
    walks = connection.execute(stop_sql.STOP_WALK, given).scalars().all()
    del given["at"]
    cancelled = connection.execute(stop_sql.STOP_MESSAGES, given).scalars().all()
    _read_anew(session, Enrolment, walks)
    _read_anew(session, Message, cancelled)
    if connection.execute(stop_sql.OPEN_ITEM, {"lead": lead_id}).first() is not None:
        review_items.withdraw_for_lead(session, lead_id, reason, now=now)
    return len(cancelled)


def unwind(session: Session, viewer: Viewer, lead_id: int, reason: str, *, now: datetime) -> None:
    """Takes back a walk of which nothing went out, so that the lead may begin anew; IllegalMove
    where a message is on its way, or may be.

    The walk is stopped first: what a dispatcher claims meanwhile is then seen, or not claimed.
    """
    stop_for_lead(session, viewer, lead_id, reason, now=now)
    steps = session.execute(
        select(Message).where(Message.lead_id == lead_id, Message.kind == MessageKind.STEP)
    ).scalars()
    for message in steps:
        if message.state is not MessageState.CANCELLED:
            raise IllegalMove("They were written to already: that cannot be undone.")
        if message.enrolment_id is not None:
            message.key, message.enrolment_id = keys.taken_back(message.key, message.id), None
    session.flush()
    session.execute(delete(Enrolment).where(Enrolment.lead_id == lead_id))


def _read_anew(session: Session, model: type[Enrolment | Message], ids: Rows[int]) -> None:
    """What this session holds of these rows is old now."""
    for row_id in ids:
        held = session.identity_map.get(identity_key(model, row_id))
        if held is not None:
            session.expire(held)


def pause_for_lead(
    session: Session, viewer: Viewer, lead_id: int, *, until: datetime, reason: str, now: datetime
) -> bool:
    """Rests until a moment; the tidy stage wakes it. False where nothing was on its way."""
    guard.owned(session, viewer, Lead, lead_id, Act.EDIT_LEADS)
    session.flush()
    paused = session.execute(
        update(Enrolment)
        .where(
            Enrolment.lead_id == lead_id,
            Enrolment.state.in_([EnrolmentState.ACTIVE, EnrolmentState.PAUSED]),
        )
        .values(
            state=EnrolmentState.PAUSED,
            state_reason=reason[:300],
            resume_at=until,
            version=Enrolment.version + 1,
        )
        .returning(Enrolment.id)
    ).scalars()
    return bool(paused.all())


def resume(session: Session, viewer: Viewer, enrolment_id: int, *, now: datetime) -> Enrolment:
    """A person lets a paused or stopped walk go on now."""
    row = guard.owned(session, viewer, Enrolment, enrolment_id, Act.EDIT_LEADS)
    if not lifecycle.may_move(lifecycle.ENROLMENT_MOVES, row.state, EnrolmentState.ACTIVE):
        raise IllegalMove("This sequence is finished and cannot go on.")
    if session.get_one(Lead, row.lead_id).state not in ("nurtured", "routed"):
        raise Invalid("The lead is not in a state in which it is written to.")
    before = row.state
    row.state, row.state_reason, row.resume_at = EnrolmentState.ACTIVE, None, None
    row.due_at, row.finished_at, row.hold = row.due_at or now, None, None
    row.version += 1
    audit.record(
        session,
        viewer,
        "sequence resumed",
        keys.subject("enrolment", row.id),
        client_id=row.client_id,
        before={"state": before},
        after={"state": row.state},
        now=now,
    )
    return row


def wake(session: Session, *, now: datetime) -> int:
    """Paused walks whose time has come go on, and are due where no message of theirs waits."""
    session.flush()
    woken = session.execute(
        update(Enrolment)
        .where(Enrolment.state == EnrolmentState.PAUSED, Enrolment.resume_at <= now)
        .values(
            state=EnrolmentState.ACTIVE,
            state_reason=None,
            resume_at=None,
            version=Enrolment.version + 1,
        )
        .returning(Enrolment.id)
    ).scalars()
    return len(woken.all())


def set_aside(session: Session, enrolment_id: int, reason: str, *, now: datetime) -> None:
    """A step that cannot be planned waits with its reason and holds no neighbour up."""
    session.execute(
        update(Enrolment)
        .where(Enrolment.id == enrolment_id)
        .values(hold=reason[:300], due_at=now + AGAIN)
    )


def _loads(session: Session, client_id: int) -> dict[int, int]:
    rows = session.execute(
        select(Mailbox.id, func.count(Enrolment.id).label("leads"))
        .outerjoin(
            Enrolment,
            (Enrolment.mailbox_id == Mailbox.id) & (Enrolment.state == EnrolmentState.ACTIVE),
        )
        .where(Mailbox.client_id == client_id, Mailbox.state == MailboxState.ACTIVE)
        .group_by(Mailbox.id)
    )
    return {row.id: row.leads for row in rows}


def _lightest(loads: dict[int, int]) -> int | None:
    if not loads:
        return None
    mailbox_id = min(loads, key=lambda key: (loads[key], key))
    loads[mailbox_id] += 1
    return mailbox_id
