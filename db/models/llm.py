"""What language models were asked and what it cost, and the answers that may be given again."""

from datetime import datetime
from typing import Any

from sqlalchemy import Float, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.domain.states import LlmOutcome
from db.base import Base, BigId, Json, UtcDateTime, Word


class LlmCall(Base):
    """One attempt at one provider. While its outcome is `asked`, the cost is the most that it may
    come to, so that a budget holds also while calls are under way or after a crash.
    """

    __tablename__ = "llm_calls"
    __table_args__ = (
        Index("ix_llm_calls_client_id_at", "client_id", "at"),
        Index("ix_llm_calls_at", "at"),
        Index("ix_llm_calls_provider_id", "provider", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    client_id: Mapped[int | None] = mapped_column(ForeignKey("clients.id"))
    provider: Mapped[str] = mapped_column(String(40))
    model: Mapped[str] = mapped_column(String(120))
    task: Mapped[str] = mapped_column(String(40))
    prompt_version: Mapped[str] = mapped_column(String(20))
    tokens_in: Mapped[int] = mapped_column(default=0)
    tokens_out: Mapped[int] = mapped_column(default=0)
    cost_micros: Mapped[int] = mapped_column(BigId, default=0)  # millionths of a US dollar
    latency_ms: Mapped[float] = mapped_column(Float, default=0.0)
    outcome: Mapped[LlmOutcome] = mapped_column(Word(LlmOutcome))
    cached: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class LlmAnswer(Base):
    """An answer that was checked, under the SHA-256 of its prompt (whoever gave it)."""

    __tablename__ = "llm_answers"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    task: Mapped[str] = mapped_column(String(40))
    prompt_version: Mapped[str] = mapped_column(String(20))
    provider: Mapped[str] = mapped_column(String(40))
    model: Mapped[str] = mapped_column(String(120))
    answer: Mapped[Any] = mapped_column(Json)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
