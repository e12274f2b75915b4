"""How people keep leads in order: tags, lists, fields of their own, saved views, work on many."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.domain.lists import BulkAct, BulkState, FieldKind
from db.base import Base, BigId, Json, UtcDateTime, Word


class Tag(Base):
    """A word that the people of a client put on contacts, known by its casefolded `key`.

    On contacts, not on leads: it says something of the person ("met at the fair"), so it holds in
    every campaign, and imports and routing rules already read it there (`contacts.tags`).
    """

    __tablename__ = "tags"
    __table_args__ = (UniqueConstraint("client_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    name: Mapped[str] = mapped_column(String(80))
    key: Mapped[str] = mapped_column(String(240))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class ContactTag(Base):
    """A tag on a contact: the names in `contacts.tags`, by id, so that an index finds them."""

    __tablename__ = "contact_tags"
    __table_args__ = (Index("ix_contact_tags_contact_id", "contact_id", "tag_id"),)

    tag_id: Mapped[int] = mapped_column(ForeignKey("tags.id"), primary_key=True)
    contact_id: Mapped[int] = mapped_column(BigId, ForeignKey("contacts.id"), primary_key=True)


class LeadList(Base):
    """A hand-picked list of leads of one client; it changes only where somebody changes it."""

    __tablename__ = "lead_lists"
    __table_args__ = (UniqueConstraint("client_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    name: Mapped[str] = mapped_column(String(120))
    key: Mapped[str] = mapped_column(String(360))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int] = mapped_column(default=1)


class LeadListMember(Base):
    """A lead on a list."""

    __tablename__ = "lead_list_members"
    __table_args__ = (Index("ix_lead_list_members_lead_id", "lead_id", "list_id"),)

    list_id: Mapped[int] = mapped_column(ForeignKey("lead_lists.id"), primary_key=True)
    lead_id: Mapped[int] = mapped_column(BigId, ForeignKey("leads.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class CustomField(Base):
    """What a key of `contacts.custom` means: its name for people, its kind, its choices.

    `key` is the heading under which imports keep the value; it never changes, the name may.
    """

    __tablename__ = "custom_fields"
    __table_args__ = (UniqueConstraint("client_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    key: Mapped[str] = mapped_column(String(300))
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[FieldKind] = mapped_column(Word(FieldKind))
    choices: Mapped[list[str]] = mapped_column(Json, default=list)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    hidden_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # its values stay
    version: Mapped[int] = mapped_column(default=1)


class SavedView(Base):
    """A list's filters, sort and columns under a name, as its URL holds them. `shared`: everybody
    who works for the client may use it; without a client it is shared with nobody.
    """

    __tablename__ = "saved_views"
    __table_args__ = (
        UniqueConstraint("user_id", "name"),
        Index("ix_saved_views_client_id", "client_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    client_id: Mapped[int | None] = mapped_column(ForeignKey("clients.id"))
    name: Mapped[str] = mapped_column(String(80))
    query: Mapped[dict[str, str]] = mapped_column(Json)
    shared: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Preference(Base):
    """How one person likes to see something (`leads.columns`)."""

    __tablename__ = "preferences"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[Any] = mapped_column(Json)


class BulkJob(Base):
    """One act on all leads of a filter (`wanted`) or on those picked, up to the lead that was the
    latest when it began (`upto`).

    `mark` is the cursor behind the last chunk: it moves in the transaction that does the chunk, so
    the job goes on after a crash and a twin comes to nothing. `reasons`: why leads were skipped,
    with how many.
    """

    __tablename__ = "bulk_jobs"
    __table_args__ = (
        Index("ix_bulk_jobs_user_id_id", "user_id", "id"),
        Index("ix_bulk_jobs_state", "state"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    client_id: Mapped[int | None] = mapped_column(ForeignKey("clients.id"))  # of the switcher
    act: Mapped[BulkAct] = mapped_column(Word(BulkAct))
    params: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    wanted: Mapped[dict[str, Any]] = mapped_column(Json)
    upto: Mapped[int] = mapped_column(BigId)
    state: Mapped[BulkState] = mapped_column(Word(BulkState))
    mark: Mapped[str | None] = mapped_column(String(300))
    total: Mapped[int | None]
    done: Mapped[int] = mapped_column(default=0)
    skipped: Mapped[int] = mapped_column(default=0)
    reasons: Mapped[dict[str, int]] = mapped_column(Json, default=dict)
    undone: Mapped[int] = mapped_column(default=0)
    path: Mapped[str | None] = mapped_column(String(500))
    error: Mapped[str | None] = mapped_column(Text)
    beat_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class BulkChange(Base):
    """A lead that a bulk job changed, and what stood there before: what an undo puts back."""

    __tablename__ = "bulk_changes"
    __table_args__ = (Index("ix_bulk_changes_lead_id", "lead_id"),)  # for a lead that goes

    job_id: Mapped[int] = mapped_column(BigId, ForeignKey("bulk_jobs.id"), primary_key=True)
    lead_id: Mapped[int] = mapped_column(BigId, ForeignKey("leads.id"), primary_key=True)
    before: Mapped[dict[str, Any]] = mapped_column(Json)
