"""What was learned from the outcomes of a client's leads, version by version, and what it says."""

from datetime import datetime
from typing import Any

from sqlalchemy import Float, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.domain.predictions import HistorySource, PredictorState
from db.base import Base, BigId, Json, UtcDateTime, Word

_ACTIVE = text("state = 'active'")
_OPEN = text("state IN ('queued', 'training')")


class Predictor(Base):
    """One version of a client's prediction. `asked`: what to learn from; `card` and `model`:
    documents of core.learn.predict_card and predict_model, {} until trained.

    `mark_at` and `mark_id`: the lead (by its last change) up to which an active one has spoken.
    """

    __tablename__ = "predictors"
    __table_args__ = (
        UniqueConstraint("client_id", "number"),
        Index(  # one at a time speaks for a client
            "uq_predictors_active", "client_id",
            unique=True, sqlite_where=_ACTIVE, postgresql_where=_ACTIVE,
        ),
        Index("ix_predictors_open", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    number: Mapped[int]
    state: Mapped[PredictorState] = mapped_column(Word(PredictorState))
    source: Mapped[HistorySource] = mapped_column(Word(HistorySource))
    filename: Mapped[str | None] = mapped_column(String(300))
    path: Mapped[str | None] = mapped_column(String(500))
    asked: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    card: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    model: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    note: Mapped[str | None] = mapped_column(Text)
    mark_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    mark_id: Mapped[int | None] = mapped_column(BigId)
    beat_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    trained_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LeadPrediction(Base):
    """What a predictor says of a lead; reasons: [{column, sentence, times}], strongest first."""

    __tablename__ = "lead_predictions"

    lead_id: Mapped[int] = mapped_column(BigId, ForeignKey("leads.id"), primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    predictor_id: Mapped[int] = mapped_column(ForeignKey("predictors.id"))
    chance: Mapped[float] = mapped_column(Float)  # 0..1
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
