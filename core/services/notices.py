"""Alarms told to people outside the app: each open alarm once to each recipient, and to those who
heard of it once more when it is over.

What makes it safe: a notice is unique by alarm, channel, recipient and what it says, and is claimed
before it is told; one whose process died in between counts as told, perhaps. A trouble that comes
and goes is told once an hour at most, and is over only after a few quiet minutes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session, aliased

from core.domain import keys
from core.domain.states import NoticeState, Role
from core.services.alarms import Severity
from db.models import Alarm, AlarmNotice, User
from db.upsert import insert_ignore

EMAIL, CHAT = "email", "automation"  # the ports that carry notices
QUIET = timedelta(hours=1)
STEADY = timedelta(minutes=5)  # without the trouble before it is told to be over
LATELY = timedelta(days=1)  # what was over before is no news
HEARD = (NoticeState.SENT, NoticeState.UNCERTAIN)
LOST_AFTER = timedelta(minutes=15)
WAITS = (timedelta(minutes=10), timedelta(minutes=30), timedelta(hours=2))


@dataclass(frozen=True, slots=True)
class Told:
    """One notice that is ours to tell now. `address` is "" where the channel has one recipient;
    `over` is when the trouble ended, where that is what is told.
    """

    notice_id: int
    attempt: int
    channel: str
    address: str
    name: str
    key: str
    title: str
    advice: str
    page: str
    since: datetime
    over: datetime | None = None


def plan(session: Session, *, chat: bool, now: datetime) -> int:
    """Puts down who must be told of the open alarms, and of those that are over; gives how many
    notices are new.
    """
    admins = session.scalars(
        select(User.id).where(User.role == Role.ADMIN, User.disabled_at.is_(None))
    ).all()
    whom = [(EMAIL, keys.subject("user", id_)) for id_ in admins]
    whom += [(CHAT, "")] if chat else []
    raised = [(alarm_id, *one, False) for alarm_id in _to_tell(session, now) for one in whom]
    over = [(*one, True) for one in _to_end(session, now)]
    rows = [
        {
            "alarm_id": alarm_id,
            "channel": channel,
            "recipient": recipient,
            "clearing": clearing,
            "state": NoticeState.WAITING,
            "next_try_at": now,
            "at": now,
        }
        for alarm_id, channel, recipient, clearing in (*raised, *over)
    ]
    return insert_ignore(session, AlarmNotice, rows)


def claim(session: Session, *, now: datetime, limit: int = 50) -> list[Told]:
    """Takes what is due; what is taken is never given to anybody else."""
    _bury(session, now)
    due = (
        select(AlarmNotice.id)
        .join(Alarm, Alarm.id == AlarmNotice.alarm_id)
        .where(
            AlarmNotice.state == NoticeState.WAITING,
            AlarmNotice.next_try_at <= now,
            Alarm.cleared_at.is_(None) | AlarmNotice.clearing,
        )
        .order_by(AlarmNotice.id)
        .limit(limit)
    )
    taken = session.scalars(
        update(AlarmNotice)
        .where(AlarmNotice.id.in_(due.scalar_subquery()), AlarmNotice.state == NoticeState.WAITING)
        .values(state=NoticeState.SENDING, attempts=AlarmNotice.attempts + 1, at=now)
        .returning(AlarmNotice.id)
        .execution_options(synchronize_session=False)
    ).all()
    return _told(session, taken)


def settle(
    session: Session, told: Told, state: NoticeState, error: str = "", *, now: datetime
) -> None:
    """What came of it. WAITING: surely nothing, so it is tried again while tries are left."""
    again = None
    if state is NoticeState.WAITING:
        if told.attempt <= len(WAITS):
            again = now + WAITS[told.attempt - 1]
        else:
            state = NoticeState.FAILED
    session.execute(
        update(AlarmNotice)
        .where(AlarmNotice.id == told.notice_id, AlarmNotice.state == NoticeState.SENDING)
        .values(state=state, error=error[:500] or None, next_try_at=again, at=now)
    )


def _to_tell(session: Session, now: datetime) -> Sequence[int]:
    """Open alarms that stand still until a person acts, and were not told within the hour; told
    all the same where somebody heard since that it was over.
    """
    before, notice, end = aliased(Alarm), aliased(AlarmNotice), aliased(AlarmNotice)
    ended = exists().where(end.alarm_id == before.id, end.clearing, end.state.in_(HEARD))
    lately = (
        exists()
        .where(before.key == Alarm.key, before.id != Alarm.id, ~ended)
        .where(notice.alarm_id == before.id, notice.at > now - QUIET)
    )
    return session.scalars(
        select(Alarm.id).where(
            Alarm.cleared_at.is_(None), Alarm.severity == Severity.ACT.value, ~lately
        )
    ).all()


def _to_end(session: Session, now: datetime) -> Sequence[tuple[int, str, str]]:
    """(alarm, channel, recipient) of what was told and has been over for a while: the latest that
    each heard of a trouble.
    """
    same, later, heard = aliased(Alarm), aliased(Alarm), aliased(AlarmNotice)
    again = exists().where(
        same.key == Alarm.key, same.cleared_at.is_(None) | (same.cleared_at > now - STEADY)
    )
    newer = exists().where(
        *(later.key == Alarm.key, later.id > Alarm.id, heard.alarm_id == later.id),
        *(heard.channel == AlarmNotice.channel, heard.recipient == AlarmNotice.recipient),
        heard.state.in_(HEARD),
    )
    found = session.execute(
        select(AlarmNotice.alarm_id, AlarmNotice.channel, AlarmNotice.recipient)
        .join(Alarm, Alarm.id == AlarmNotice.alarm_id)
        .where(
            *(Alarm.cleared_at > now - LATELY, ~again, ~newer),
            *(AlarmNotice.state.in_(HEARD), AlarmNotice.clearing.is_(False)),
        )
        .order_by(AlarmNotice.id)
    )
    return [(row.alarm_id, row.channel, row.recipient) for row in found]


def _bury(session: Session, now: datetime) -> None:
    session.execute(
        update(AlarmNotice)
        .where(AlarmNotice.state == NoticeState.SENDING, AlarmNotice.at < now - LOST_AFTER)
        .values(state=NoticeState.UNCERTAIN, error="The process that told it ended in between.")
        .execution_options(synchronize_session=False)
    )


def _told(session: Session, ids: Sequence[int]) -> list[Told]:
    rows = session.execute(
        select(AlarmNotice, Alarm)
        .join(Alarm, Alarm.id == AlarmNotice.alarm_id)
        .where(AlarmNotice.id.in_(ids))
        .order_by(AlarmNotice.id)
    ).all()
    people = {
        keys.subject("user", user.id): user
        for user in session.scalars(select(User).where(User.role == Role.ADMIN))
    }
    found = []
    for notice, alarm in rows:
        user = people.get(notice.recipient)
        found.append(
            Told(
                notice_id=notice.id,
                attempt=notice.attempts,
                channel=notice.channel,
                address=user.email if user else "",
                name=user.name if user else "",
                key=alarm.key,
                title=alarm.title,
                advice=alarm.advice,
                page=alarm.page,
                since=alarm.since,
                over=alarm.cleared_at if notice.clearing else None,
            )
        )
    return found
