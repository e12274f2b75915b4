"""Webhooks: who is told, what happened, and how telling it went."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.domain.states import DeliveryState, EndpointKind, EndpointState, OutboundKind
from db.base import Base, BigId, EncryptedText, Json, UtcDateTime, Word

OPEN = text("state IN ('waiting', 'sending', 'retry')")


class Endpoint(Base):
    """An address that is told of events of one client, or (without client) of all of them.

    The address itself is a secret (whoever knows it can write there), so people see its host.
    """

    __tablename__ = "endpoints"
    __table_args__ = (Index("ix_endpoints_client_id_id", "client_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int | None] = mapped_column(ForeignKey("clients.id"))
    kind: Mapped[EndpointKind] = mapped_column(Word(EndpointKind))
    name: Mapped[str] = mapped_column(String(120))
    host: Mapped[str] = mapped_column(String(255))
    url: Mapped[str | None] = mapped_column(EncryptedText)  # None: encrypted with a lost key
    secret: Mapped[str | None] = mapped_column(EncryptedText)
    events: Mapped[list[str]] = mapped_column(Json, default=list)
    allowed_host: Mapped[bool] = mapped_column(default=False)  # by an admin: may be private
    state: Mapped[EndpointState] = mapped_column(Word(EndpointState), default="active")
    state_reason: Mapped[str | None] = mapped_column(String(300))
    failures: Mapped[int] = mapped_column(default=0)  # in a row
    paused_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None] = mapped_column(String(500))
    last_error_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_success_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_note: Mapped[str | None] = mapped_column(String(300))  # what a good answer means there
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)
    # the setting that holds the address, which then is not stored; None: entered by a person
    setting: Mapped[str | None] = mapped_column(String(40), unique=True)


class OutboundEvent(Base):
    """Something that happened and that at least one endpoint wants to know. `key` makes it once."""

    __tablename__ = "outbound_events"
    __table_args__ = (Index("ix_outbound_events_at", "at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    client_id: Mapped[int | None] = mapped_column(ForeignKey("clients.id"))
    kind: Mapped[OutboundKind] = mapped_column(Word(OutboundKind))
    subject: Mapped[str] = mapped_column(String(120))  # `lead:12`
    payload: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Delivery(Base):
    """One event on its way to one endpoint. Open ones of an endpoint go in the order of their
    ids.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("event_id", "endpoint_id"),
        Index("ix_deliveries_open", "endpoint_id", "id", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_deliveries_endpoint_id_state_id", "endpoint_id", "state", "id"),
        Index("ix_deliveries_created_at", "created_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("outbound_events.id"))
    endpoint_id: Mapped[int] = mapped_column(ForeignKey("endpoints.id"))
    state: Mapped[DeliveryState] = mapped_column(Word(DeliveryState), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    give_up_at: Mapped[datetime] = mapped_column(UtcDateTime)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_status: Mapped[int | None]
    last_error: Mapped[str | None] = mapped_column(String(500))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
