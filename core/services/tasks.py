"""Things a person should do by a certain time."""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from core.domain import keys
from core.domain.access import Act, Viewer
from core.services import audit, guard
from db.models import Task
from db.upsert import insert_new

HOURS = {"meeting": 2, "interested": 4, "question": 8, "successor": 48, "unclear": 24}


def put(
    session: Session,
    *,
    key: str,
    client_id: int,
    kind: str,
    title: str,
    owner_id: int | None,
    now: datetime,
    lead_id: int | None = None,
    thread_id: int | None = None,
) -> int | None:
    """A task with a due time by its kind; None where one of this key exists already."""
    return insert_new(
        session,
        Task,
        {
            "key": key[:120],
            "client_id": client_id,
            "lead_id": lead_id,
            "thread_id": thread_id,
            "kind": kind,
            "title": title[:300],
            "owner_id": owner_id,
            "due_at": now + timedelta(hours=HOURS.get(kind, 24)),
            "created_at": now,
        },
    )


def finish(session: Session, viewer: Viewer, task_id: int, *, now: datetime) -> Task:
    """A person has done it."""
    task = guard.owned(session, viewer, Task, task_id, Act.WRITE_MAIL)
    if task.done_at is None:
        task.done_at = now
        audit.record(
            session,
            viewer,
            "task done",
            keys.subject("task", task.id),
            client_id=task.client_id,
            after={"title": task.title},
            now=now,
        )
    return task


def finish_for_thread(session: Session, thread_id: int, *, now: datetime) -> None:
    """All open tasks of a thread are done: it was answered."""
    session.execute(
        update(Task).where(Task.thread_id == thread_id, Task.done_at.is_(None)).values(done_at=now)
    )
