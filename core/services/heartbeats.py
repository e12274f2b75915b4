"""Which processes are alive: each writes its moment now and then."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from db.models import Heartbeat
from db.upsert import upsert

FORGOTTEN = timedelta(days=2)


def beat(session: Session, *, name: str, kind: str, started_at: datetime, now: datetime) -> None:
    """Keeps that the process `name` is alive; long silent ones of its kind are forgotten."""
    row = {"name": name, "kind": kind, "started_at": started_at, "beat_at": now}
    upsert(session, Heartbeat, [row], on=["name"], change=["kind", "started_at", "beat_at"])
    session.execute(
        delete(Heartbeat).where(Heartbeat.kind == kind, Heartbeat.beat_at < now - FORGOTTEN)
    )


def gone(session: Session, name: str) -> None:
    """The process ended by itself."""
    session.execute(delete(Heartbeat).where(Heartbeat.name == name))
