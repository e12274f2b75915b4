"""Files put in: how far each is, what was not taken, what was changed, and how sources are read."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.domain.states import BatchState
from db.base import Base, BigId, Json, UtcDateTime, Word


class ImportBatch(Base):
    """One file put in. `rows_done` lets an import that died go on; counts add up to `rows`.

    `kept`: leads of it that an undo could not take away, as something hangs on them.
    `differences`: what stayed though the file says otherwise (core/intake/differences.py).
    """

    __tablename__ = "import_batches"
    __table_args__ = (Index("ix_import_batches_client_id_sha256", "client_id", "sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaigns.id"), index=True)
    filename: Mapped[str] = mapped_column(String(300))
    path: Mapped[str | None] = mapped_column(String(500))
    sha256: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(String(80))
    mapping: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    policy: Mapped[str] = mapped_column(String(20), default="fill")  # fill, overwrite, skip
    state: Mapped[BatchState] = mapped_column(Word(BatchState))
    rows: Mapped[int] = mapped_column(default=0)
    rows_done: Mapped[int] = mapped_column(default=0)
    created: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    duplicates: Mapped[int] = mapped_column(default=0)
    suppressed: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)
    differences: Mapped[dict[str, Any] | None] = mapped_column(Json)
    rejects_path: Mapped[str | None] = mapped_column(String(500))
    error: Mapped[str | None] = mapped_column(Text)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    removed: Mapped[int] = mapped_column(default=0, server_default="0")
    kept: Mapped[int] = mapped_column(default=0, server_default="0")


class ImportReject(Base):
    """A row that was not taken, with its reason and its cells, so that it can be mended."""

    __tablename__ = "import_rejects"
    __table_args__ = (UniqueConstraint("batch_id", "row_no"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batches.id"))
    row_no: Mapped[int]
    reason: Mapped[str] = mapped_column(String(300))
    cells: Mapped[list[str]] = mapped_column(Json)


class ImportChange(Base):
    """What an import wrote on a contact or company that was there before it, so that it can be
    taken back. `subject` is `contact:12` or `account:3`.
    """

    __tablename__ = "import_changes"
    __table_args__ = (Index("ix_import_changes_batch_id_id", "batch_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batches.id"))
    subject: Mapped[str] = mapped_column(String(40))
    before: Mapped[dict[str, Any]] = mapped_column(Json)
    after: Mapped[dict[str, Any]] = mapped_column(Json)


class SavedMapping(Base):
    """How a client's people want a source's columns read: {heading: field or null}. The source is
    known by the fingerprint of its headings.
    """

    __tablename__ = "saved_mappings"
    __table_args__ = (UniqueConstraint("client_id", "fingerprint"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    fingerprint: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(120))
    columns: Mapped[dict[str, Any]] = mapped_column(Json)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
