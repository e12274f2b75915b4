"""Who may be the same as whom: block keys, likely pairs, and merges that can be undone."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Float, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.domain.matches import MatchKind, MatchState
from db.base import Base, BigId, Json, UtcDateTime, Word

_STANDING = text("undone_at IS NULL")


class MatchKey(Base):
    """A contact or company is in a block: those with the same key are compared."""

    __tablename__ = "match_keys"
    __table_args__ = (Index("ix_match_keys_kind_row_id", "kind", "row_id"),)

    kind: Mapped[MatchKind] = mapped_column(Word(MatchKind), primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"), primary_key=True)
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    row_id: Mapped[int] = mapped_column(BigId, primary_key=True)


class MatchPair(Base):
    """Two that may be one; `low_id` < `high_id`. evidence: [{sentence, bits}], strongest first."""

    __tablename__ = "match_pairs"
    __table_args__ = (
        UniqueConstraint("kind", "low_id", "high_id"),
        Index(
            "ix_match_pairs_client_id_kind_state_probability_id",
            *("client_id", "kind", "state", "probability", "id"),
        ),
        Index("ix_match_pairs_kind_high_id", "kind", "high_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    kind: Mapped[MatchKind] = mapped_column(Word(MatchKind))
    low_id: Mapped[int] = mapped_column(BigId)
    high_id: Mapped[int] = mapped_column(BigId)
    probability: Mapped[float] = mapped_column(Float)
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    state: Mapped[MatchState] = mapped_column(Word(MatchState), default="open")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Merge(Base):
    """One merge with what it changed, so that it can be undone.

    before: the kept row's fields as they were; moved: {what: ids} that went over;
    added: suppressions that were put down for the sake of the stricter opt-out.
    """

    __tablename__ = "merges"
    __table_args__ = (
        Index(  # nobody is merged away twice
            "uq_merges_standing", "kind", "gone_id",
            unique=True, sqlite_where=_STANDING, postgresql_where=_STANDING,
        ),
        Index("ix_merges_client_id_id", "client_id", "id"),
        Index("ix_merges_kind_kept_id", "kind", "kept_id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    kind: Mapped[MatchKind] = mapped_column(Word(MatchKind))
    kept_id: Mapped[int] = mapped_column(BigId)
    gone_id: Mapped[int] = mapped_column(BigId)
    pair_id: Mapped[int | None] = mapped_column(ForeignKey("match_pairs.id"))
    before: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    moved: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    by_name: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
