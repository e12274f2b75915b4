"""Which record of a CRM stands for which row of ours, and how far reading its changes came."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.domain.crm_states import CrmKind, CrmStage, LinkState
from db.base import Base, BigId, Json, UtcDateTime, Word


class CrmLink(Base):
    """A contact, message, event or conversion of ours (`subject_id`) and its record in a CRM.

    `place` (core.domain.keys.crm_place) is the CRM's one record of an address: a second contact of
    that address, at another client, never gets it. `base` holds each field's value when both sides
    last agreed, `theirs` what the CRM had when it was last seen.
    """

    __tablename__ = "crm_links"
    __table_args__ = (
        UniqueConstraint("crm", "kind", "subject_id"),
        UniqueConstraint("crm", "kind", "remote_id"),
        UniqueConstraint("place"),
        Index("ix_crm_links_crm_state_id", "crm", "state", "id"),
        Index("ix_crm_links_contact_id_crm_kind", "contact_id", "crm", "kind"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"), index=True)
    crm: Mapped[str] = mapped_column(String(24))
    kind: Mapped[CrmKind] = mapped_column(Word(CrmKind))
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    subject_id: Mapped[int] = mapped_column(BigId)
    place: Mapped[str | None] = mapped_column(String(400))
    remote_id: Mapped[str | None] = mapped_column(String(120))
    state: Mapped[LinkState] = mapped_column(Word(LinkState))
    reason: Mapped[str | None] = mapped_column(String(500))
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    base: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    theirs: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    theirs_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ours_seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # None: look at it again
    stage: Mapped[CrmStage] = mapped_column(Word(CrmStage), default="unknown")
    raw: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    synced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CrmSync(Base):
    """How far a CRM's changes were read. `since` None: never to the end yet; `cursor` is the page
    to go on with, `began_at` the moment the reading in hand began.
    """

    __tablename__ = "crm_syncs"

    crm: Mapped[str] = mapped_column(String(24), primary_key=True)
    since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cursor: Mapped[str | None] = mapped_column(String(500))
    began_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_run_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_success_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None] = mapped_column(String(500))
    counts: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
