"""Predictions as the clock works on them: trained once claimed, then said of leads in batches."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from core.domain.predictions import OPEN, HistorySource, PredictorState
from core.domain.states import LeadState
from core.learn import predict_model
from core.learn.predict_history import History
from core.learn.predict_model import Model, Trained
from core.services import bulk, prediction_file, prediction_rows
from db.models import Lead, LeadPrediction, Predictor

SILENT = timedelta(minutes=20)  # a training takes seconds; after that its worker has died
SETTLED = timedelta(minutes=2)  # what other transactions had not finished is looked at again
OVER = (LeadState.CONVERTED, LeadState.REJECTED, LeadState.SUPPRESSED)
_lead = bulk.table_of(Lead)


@dataclass(frozen=True, slots=True)
class Speaking:
    """An active predictor as a run needs it."""

    predictor_id: int
    client_id: int
    model: Model


def open_ids(session: Session) -> Sequence[int]:
    """What waits to be trained, or was left by a worker that died."""
    query = select(Predictor.id).where(Predictor.state.in_(OPEN)).order_by(Predictor.id)
    return session.scalars(query).all()


def claim(session: Session, predictor_id: int, *, now: datetime) -> bool:
    """Whether this worker trains it: nobody does, or whoever did has been silent for long."""
    free = or_(
        Predictor.state == PredictorState.QUEUED,
        and_(Predictor.state == PredictorState.TRAINING, Predictor.beat_at < now - SILENT),
    )
    claimed = session.execute(
        update(Predictor)
        .where(Predictor.id == predictor_id, free)
        .values(state=PredictorState.TRAINING, beat_at=now)
        .returning(Predictor.id)
    ).scalar_one_or_none()
    return claimed is not None


def history(
    session: Session, predictor_id: int, *, now: datetime
) -> tuple[History, dict[str, str]]:
    """What to learn from, and the columns to leave out; Invalid where it cannot be read."""
    found = session.get_one(Predictor, predictor_id)
    if found.source is HistorySource.FILE:
        path = Path(found.path or "")
        return prediction_file.read(session, found.client_id, path, found.asked)
    quiet_days = found.asked.get("quiet_days")
    rows = prediction_rows.of_leads(session, found.client_id, quiet_days=quiet_days, now=now)
    return rows, {}


def trained(session: Session, predictor_id: int, result: Trained, *, now: datetime) -> None:
    """Keeps the model with its card, once: proposed, or without signal."""
    state = PredictorState.PROPOSED if result.card.signal else PredictorState.NO_SIGNAL
    session.execute(
        update(Predictor)
        .where(Predictor.id == predictor_id, Predictor.state == PredictorState.TRAINING)
        .values(
            state=state,
            card=result.card.model_dump(mode="json"),
            model=result.model.model_dump(mode="json"),
            trained_at=now,
            beat_at=None,
        )
    )


def failed(session: Session, predictor_id: int, why: str, *, now: datetime) -> None:
    """It cannot be trained, and why in one sentence."""
    session.execute(
        update(Predictor)
        .where(Predictor.id == predictor_id, Predictor.state == PredictorState.TRAINING)
        .values(state=PredictorState.FAILED, note=why, trained_at=now, beat_at=None)
    )


def speaking(session: Session, predictor_id: int) -> Speaking:
    """The predictor with its model; Invalid where the stored document is broken."""
    found = session.get_one(Predictor, predictor_id)
    model = predict_model.of_document(found.model)
    return Speaking(found.id, found.client_id, model)


def active_ids(session: Session) -> Sequence[int]:
    """The versions that speak, one a client at most."""
    query = select(Predictor.id).where(Predictor.state == PredictorState.ACTIVE)
    return session.scalars(query.order_by(Predictor.id)).all()


def mark(session: Session, predictor_id: int) -> tuple[datetime, int] | None:
    """The lead up to which it has spoken; None at the beginning."""
    found = session.get_one(Predictor, predictor_id)
    return None if found.mark_at is None else (found.mark_at, found.mark_id or 0)


def speak(
    session: Session,
    speaking_: Speaking,
    after: tuple[datetime, int] | None,
    *,
    limit: int,
    now: datetime,
) -> tuple[int, int, tuple[datetime, int] | None]:
    """The next leads in the order of their last change: how many were looked at and judged, and
    the last of them. The mark moves with them, in this transaction; nothing where it speaks no
    more.
    """
    found = session.get(Predictor, speaking_.predictor_id, with_for_update=True)
    if found is None or found.state is not PredictorState.ACTIVE:
        return 0, 0, None
    if found.mark_at is not None:  # a twin may have been further
        reached = (found.mark_at, found.mark_id or 0)
        after = max(after, reached) if after is not None else reached
    query = select(*prediction_rows.KNOWN).select_from(prediction_rows.FROM)
    query = query.where(_lead.c.client_id == speaking_.client_id)
    if after is not None:
        later = and_(_lead.c.updated_at == after[0], _lead.c.id > after[1])
        query = query.where(
            _lead.c.updated_at >= after[0], or_(_lead.c.updated_at > after[0], later)
        )
    ordered = query.order_by(_lead.c.updated_at, _lead.c.id).limit(limit)
    rows = session.connection().execute(ordered).all()
    if not rows:
        return 0, 0, None
    judged = [row for row in rows if row.state not in OVER]
    _keep(session, speaking_, judged, now)
    last = (rows[-1].updated_at, rows[-1].id)
    if last[0] < now - SETTLED:
        found.mark_at, found.mark_id = last
        session.flush()
    return len(rows), len(judged), last


def _keep(session: Session, speaking_: Speaking, rows: Sequence[Any], now: datetime) -> None:
    said = predict_model.forecasts(
        speaking_.model,
        [prediction_rows.told(row) for row in rows],
        [prediction_rows.at(row) for row in rows],
    )
    bulk.lay_over(
        session,
        LeadPrediction,
        [
            {
                "lead_id": row.id,
                "client_id": speaking_.client_id,
                "predictor_id": speaking_.predictor_id,
                "chance": one.chance,
                "reasons": [asdict(reason) for reason in one.reasons],
                "at": now,
            }
            for row, one in zip(rows, said, strict=True)
        ],
        on=("lead_id",),
        change=("predictor_id", "chance", "reasons", "at"),
    )
