"""Predictions of a client as people order, accept and end them; each version is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from core.domain import keys
from core.domain.access import Act, Viewer
from core.domain.predictions import OPEN, HistorySource, PredictorState
from core.errors import Invalid
from core.intake import outcomes
from core.intake.outcomes import Look
from core.learn import predict_history
from core.services import audit, guard, prediction_file, prediction_rows
from db.models import Client, Predictor

QUIET_DAYS = (30, 365)


def look(session: Session, viewer: Viewer, client_id: int, file: Path) -> Look:
    """What a list of earlier leads seems to say; nothing is stored."""
    _allowed(session, viewer, client_id)
    return outcomes.look(file)


@dataclass(frozen=True, slots=True)
class Known:
    """The client's leads that would be learned from; `missing` says what it takes, if anything."""

    converted: int
    lost: int  # marked so
    silent: int  # count as not converted
    missing: str | None

    @property
    def leads(self) -> int:
        """All of them."""
        return self.converted + self.lost + self.silent


def known(
    session: Session, viewer: Viewer, client_id: int, *, quiet_days: int | None, now: datetime
) -> Known:
    """What `order_from_leads` would learn from, counted as the training counts it."""
    _allowed(session, viewer, client_id)
    rows, won = prediction_rows.counted(session, client_id, quiet_days=quiet_days, now=now)
    lost = rows - won
    if quiet_days is not None:
        marked, with_it = prediction_rows.counted(session, client_id, quiet_days=None, now=now)
        lost = min(lost, marked - with_it)
    return Known(won, lost, rows - won - lost, predict_history.shortfall(rows, won))


def order_from_leads(
    session: Session, viewer: Viewer, client_id: int, *, quiet_days: int | None, now: datetime
) -> Predictor:
    """Queues a training on the client's own outcomes. `quiet_days`: who was written to so long ago
    and did not convert counts as not converted; None: only those marked as lost.
    """
    _allowed(session, viewer, client_id)
    least, most = QUIET_DAYS
    if quiet_days is not None and not least <= quiet_days <= most:
        raise Invalid(f"Give {least} to {most} days.")
    asked = {"quiet_days": quiet_days}
    return _queued(session, viewer, client_id, HistorySource.LEADS, asked, now=now)


def order_from_file(
    session: Session,
    viewer: Viewer,
    client_id: int,
    file: Path,
    *,
    filename: str,
    asked: Mapping[str, Any],
    now: datetime,
) -> Predictor:
    """Queues a training on a list. `asked` as prediction_file.read takes it; Invalid where it does
    not fit the list.
    """
    _allowed(session, viewer, client_id)
    history, _ = prediction_file.read(session, client_id, file, asked)
    if not history.outcome:
        raise Invalid("No row of the list has one of these outcomes.")
    kept = {name: asked.get(name) for name in ("outcome", "won", "lost", "began", "ended")}
    kept["without"] = list(asked.get("without") or ())
    return _queued(
        session, viewer, client_id, HistorySource.FILE, kept, now=now,
        filename=filename[:300], path=str(file),
    )  # fmt: skip


def accept(session: Session, viewer: Viewer, predictor_id: int, *, now: datetime) -> Predictor:
    """A person's yes: from now on this version speaks, and the one before is retired. A retired one
    may be taken back. Does nothing where it is active already.
    """
    found = _owned(session, viewer, predictor_id)
    if found.state is PredictorState.ACTIVE:
        return found
    if found.state not in (PredictorState.PROPOSED, PredictorState.RETIRED):
        raise Invalid(f"Version {found.number} cannot be used: it found no signal, or is not done.")
    before = session.execute(
        update(Predictor)
        .where(Predictor.client_id == found.client_id, Predictor.state == PredictorState.ACTIVE)
        .values(state=PredictorState.RETIRED, ended_at=now)
        .returning(Predictor.number)
    ).scalar_one_or_none()
    found.state, found.ended_at = PredictorState.ACTIVE, None
    found.accepted_at, found.accepted_by_id = now, viewer.user_id
    found.mark_at = found.mark_id = None
    session.flush()
    _record(session, viewer, "prediction accepted", found, now, before={"version": before})
    return found


def end(session: Session, viewer: Viewer, predictor_id: int, *, now: datetime) -> Predictor:
    """The version speaks no more (an active one), or is turned down (a proposed one)."""
    found = _owned(session, viewer, predictor_id)
    if found.state is PredictorState.RETIRED:
        return found
    if found.state not in (PredictorState.ACTIVE, PredictorState.PROPOSED):
        raise Invalid(f"Version {found.number} is not in use.")
    before, found.state, found.ended_at = found.state, PredictorState.RETIRED, now
    session.flush()
    _record(session, viewer, "prediction ended", found, now, before={"state": before})
    return found


def _allowed(session: Session, viewer: Viewer, client_id: int) -> None:
    guard.allow(viewer, Act.EDIT_CAMPAIGNS, client_id)
    if session.get(Client, client_id) is None:
        raise Invalid("There is no such client.")


def _owned(session: Session, viewer: Viewer, predictor_id: int) -> Predictor:
    found = guard.owned(session, viewer, Predictor, predictor_id, Act.EDIT_CAMPAIGNS)
    session.refresh(found, with_for_update=True)
    return found


def _queued(
    session: Session,
    viewer: Viewer,
    client_id: int,
    source: HistorySource,
    asked: Mapping[str, Any],
    *,
    now: datetime,
    filename: str | None = None,
    path: str | None = None,
) -> Predictor:
    session.get_one(Client, client_id, with_for_update=True)  # versions are numbered one by one
    waiting = select(func.count()).where(
        Predictor.client_id == client_id, Predictor.state.in_(OPEN)
    )
    if session.execute(waiting).scalar_one():
        raise Invalid("A prediction is being trained for this client. Wait until it is done.")
    latest = select(func.max(Predictor.number)).where(Predictor.client_id == client_id)
    found = Predictor(
        client_id=client_id, number=(session.execute(latest).scalar() or 0) + 1,
        state=PredictorState.QUEUED, source=source, asked=dict(asked), filename=filename,
        path=path, created_at=now, created_by_id=viewer.user_id,
    )  # fmt: skip
    session.add(found)
    session.flush()
    _record(session, viewer, "prediction ordered", found, now, after={"from": source, **asked})
    return found


def _record(
    session: Session,
    viewer: Viewer,
    action: str,
    found: Predictor,
    now: datetime,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    told = {"version": found.number, "state": found.state, **(after or {})}
    audit.record(
        session, viewer, action, keys.subject("predictor", found.id), now=now,
        client_id=found.client_id, before=before, after=told,
    )  # fmt: skip
