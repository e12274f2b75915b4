"""Predictions learned from outcomes: the versions of a client, their cards, what they say."""

from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.domain.access import Viewer
from core.domain.predictions import HistorySource, PredictorState
from core.learn.predict_card import Card
from core.queries import paging
from db.models import LeadPrediction, Predictor, User

SHOWN = 50
_MADE = User.__table__.alias("made_by")
_SAID = User.__table__.alias("accepted_by")


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version; `note` says why it failed, `card` is there once it is trained."""

    predictor_id: int
    client_id: int
    number: int
    state: PredictorState
    source: HistorySource
    filename: str | None
    quiet_days: int | None
    note: str | None
    card: Card | None
    by: str | None
    created_at: datetime
    trained_at: datetime | None
    accepted_by: str | None
    accepted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Why:
    """What one column does to the odds of a lead."""

    sentence: str
    times: float


@dataclass(frozen=True, slots=True)
class Said:
    """What the version in use says of a lead; `chance` is 0 to 1."""

    chance: float
    reasons: tuple[Why, ...]
    number: int
    usual: float | None  # the share that converted among the leads that judged it
    at: datetime


def versions(session: Session, viewer: Viewer, client_id: int) -> tuple[VersionRow, ...]:
    """The latest versions of a client, the newest first."""
    query = _select(viewer).where(Predictor.client_id == client_id)
    found = session.execute(query.order_by(Predictor.number.desc()).limit(SHOWN))
    return tuple(_row(*row) for row in found)


def version(session: Session, viewer: Viewer, predictor_id: int) -> VersionRow | None:
    """One version, or None where there is none or it is another client's."""
    row = session.execute(_select(viewer).where(Predictor.id == predictor_id)).one_or_none()
    return None if row is None else _row(*row)


def of_lead(session: Session, viewer: Viewer, lead_id: int) -> Said | None:
    """What is predicted of a lead; None where no version is in use, or it has not spoken yet."""
    row = session.execute(
        select(LeadPrediction, Predictor.number, Predictor.card)
        .join(Predictor, Predictor.id == LeadPrediction.predictor_id)
        .where(
            LeadPrediction.lead_id == lead_id,
            Predictor.state == PredictorState.ACTIVE,
            paging.within(LeadPrediction.client_id, viewer, focused=False),
        )
    ).one_or_none()
    if row is None:
        return None
    said, number, card = row
    told = _card(card)
    judged = told.figures if told else None
    return Said(
        chance=said.chance,
        reasons=tuple(
            Why(str(one.get("sentence", "")), float(one.get("times", 1.0))) for one in said.reasons
        ),
        number=number,
        usual=judged.converted / judged.rows if judged and judged.rows else None,
        at=said.at,
    )


def _select(viewer: Viewer) -> Select[Predictor, str | None, str | None]:
    return (
        select(Predictor, _MADE.c.name, _SAID.c.name)
        .outerjoin(_MADE, _MADE.c.id == Predictor.created_by_id)
        .outerjoin(_SAID, _SAID.c.id == Predictor.accepted_by_id)
        .where(paging.within(Predictor.client_id, viewer, focused=False))
    )


def _row(found: Predictor, by: str | None, accepted_by: str | None) -> VersionRow:
    return VersionRow(
        predictor_id=found.id,
        client_id=found.client_id,
        number=found.number,
        state=found.state,
        source=found.source,
        filename=found.filename,
        quiet_days=found.asked.get("quiet_days"),
        note=found.note,
        card=_card(found.card),
        by=by,
        created_at=found.created_at,
        trained_at=found.trained_at,
        accepted_by=accepted_by,
        accepted_at=found.accepted_at,
    )


def _card(document: dict[str, object]) -> Card | None:
    """The card; None where there is none yet, or none that this version of the app reads."""
    try:
        return Card.model_validate(document) if document else None
    except ValidationError:
        return None
