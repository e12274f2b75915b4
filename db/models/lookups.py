"""What providers were asked about people and companies, and searches for new people."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.domain.lookups import LookupOutcome, SearchState
from db.base import Base, BigId, Json, UtcDateTime, Word

# an answer that is let go is NULL, not a document
Answer = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class Lookup(Base):
    """One question about one subject to one provider on one day: claimed, with the most it may
    cost, before it is asked, so that nothing is paid twice and a budget holds.

    `subject` is `contact:12`, or `person:<their id>` for somebody found by a search.
    """

    __tablename__ = "lookups"
    __table_args__ = (
        UniqueConstraint("client_id", "subject", "port", "provider", "day"),
        Index(
            "ix_lookups_client_id_day",
            *("client_id", "day", "port", "provider", "outcome", "cost_micros"),
        ),
        Index(
            "ix_lookups_ticket",
            "ticket",
            sqlite_where=text("ticket IS NOT NULL"),
            postgresql_where=text("ticket IS NOT NULL"),
        ),
        Index(
            "ix_lookups_search_id",
            *("search_id", "id"),
            sqlite_where=text("search_id IS NOT NULL"),
            postgresql_where=text("search_id IS NOT NULL"),
        ),
        Index(
            "ix_lookups_day_answered",
            "day",
            sqlite_where=text("answer IS NOT NULL"),
            postgresql_where=text("answer IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    search_id: Mapped[int | None] = mapped_column(ForeignKey("people_searches.id"))
    subject: Mapped[str] = mapped_column(String(80))
    port: Mapped[str] = mapped_column(String(24))
    provider: Mapped[str] = mapped_column(String(40))
    day: Mapped[date]
    outcome: Mapped[LookupOutcome] = mapped_column(Word(LookupOutcome))
    cost_micros: Mapped[int] = mapped_column(BigId, default=0)  # of the agency's currency
    facts: Mapped[int] = mapped_column(default=0)
    ticket: Mapped[str | None] = mapped_column(String(120))  # an answer that is not ready yet
    answer: Mapped[Any | None] = mapped_column(Answer)  # as it came; not for ever
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PeopleSearch(Base):
    """A search for new people of a campaign; whom it finds becomes an import batch."""

    __tablename__ = "people_searches"
    __table_args__ = (
        Index("ix_people_searches_client_id_id", "client_id", "id"),
        Index("ix_people_searches_state", "state"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    provider: Mapped[str] = mapped_column(String(40))
    wanted: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    most: Mapped[int]  # people with an address
    state: Mapped[SearchState] = mapped_column(Word(SearchState))
    page: Mapped[int] = mapped_column(default=1)  # the next to read
    seen: Mapped[int] = mapped_column(default=0)
    note: Mapped[str | None] = mapped_column(String(500))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("import_batches.id"))
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
