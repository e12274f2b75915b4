"""Work on many leads as the person who began it sees it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain.access import Viewer
from core.domain.lists import BulkAct, BulkState
from db.models import BulkJob

LIVE = (BulkState.QUEUED, BulkState.RUNNING, BulkState.UNDOING)


@dataclass(frozen=True, slots=True)
class BulkRow:
    """One job: how far it is, why leads were left alone, whether a file lies there."""

    id: int
    act: BulkAct
    params: Mapping[str, Any]
    state: BulkState
    total: int | None
    done: int
    skipped: int
    undone: int
    reasons: Mapping[str, int]
    path: str | None
    error: str | None
    at: datetime
    finished_at: datetime | None

    @property
    def live(self) -> bool:
        """Whether it still goes on."""
        return self.state in LIVE

    @property
    def share(self) -> float:
        """How much is done, 0 to 1."""
        if self.state is BulkState.UNDOING:
            return min(1.0, (self.undone + self.skipped) / self.done) if self.done else 0.0
        return min(1.0, (self.done + self.skipped) / self.total) if self.total else 0.0


def latest(session: Session, viewer: Viewer, *, limit: int = 5) -> tuple[BulkRow, ...]:
    """The viewer's own, the latest first."""
    found = session.execute(
        select(BulkJob)
        .where(BulkJob.user_id == viewer.user_id)
        .order_by(BulkJob.id.desc())
        .limit(limit)
    ).scalars()
    return tuple(
        BulkRow(
            job.id, job.act, job.params, job.state, job.total, job.done, job.skipped, job.undone,
            dict(job.reasons), job.path, job.error, job.created_at, job.finished_at,
        )
        for job in found
    )  # fmt: skip
