"""Alarms: something that needs a person. One open alarm a trouble, named by its key."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import update
from sqlalchemy.orm import Session

from core.domain.states import OutboundKind
from core.services import announcing
from db.models import Alarm
from db.upsert import insert_new


class Severity(StrEnum):
    ACT = "act"  # something stands still until a person acts
    WATCH = "watch"  # it goes on, but look at it


def raise_alarm(
    session: Session,
    *,
    key: str,
    title: str,
    advice: str,
    page: str,
    now: datetime,
    severity: Severity = Severity.ACT,
    client_id: int | None = None,
) -> bool:
    """Opens the alarm, or renews the words of the open one; tells whether it is new.

    Safe to call twice: an open key is unique in the database.
    """
    words = {"title": title[:300], "advice": advice[:500], "severity": severity.value}
    row = {**words, "key": key, "page": page, "since": now, "client_id": client_id}
    if insert_new(session, Alarm, row) is not None:
        announcing.provider(
            session, key, OutboundKind.PROVIDER_DOWN,
            client_id=client_id, title=title, advice=advice, now=now,
        )  # fmt: skip
        return True
    session.execute(
        update(Alarm).where(Alarm.key == key, Alarm.cleared_at.is_(None)).values(**words)
    )
    return False


def clear(session: Session, key: str, *, now: datetime) -> bool:
    """Closes the alarm; tells whether one was open."""
    cleared = session.execute(
        update(Alarm)
        .where(Alarm.key == key, Alarm.cleared_at.is_(None))
        .values(cleared_at=now)
        .returning(Alarm.client_id)
    ).all()
    for (client_id,) in cleared:
        announcing.provider(session, key, OutboundKind.PROVIDER_UP, client_id=client_id, now=now)
    return len(cleared) > 0
