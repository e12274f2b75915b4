"""What people keep leads in order with: tags, lists, fields of their own, saved views, columns."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, literal, or_, select
from sqlalchemy.orm import Session

from core.domain.access import Viewer
from core.domain.lists import FieldKind
from core.queries import paging
from db.models import (
    Client,
    ContactTag,
    CustomField,
    LeadList,
    LeadListMember,
    Preference,
    SavedView,
    Tag,
    User,
)

MOST = 500  # of a kind that are offered
_CAP = 10_000


@dataclass(frozen=True, slots=True)
class Mark:
    """A tag or a list; `size` is counted up to the cap, where it was asked for."""

    id: int
    name: str
    client_id: int
    client: str
    version: int
    size: paging.Count | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """A custom field: `key` is where its values lie in `contacts.custom`."""

    id: int
    key: str
    name: str
    kind: FieldKind
    choices: tuple[str, ...]
    client_id: int
    client: str
    hidden: bool
    version: int


@dataclass(frozen=True, slots=True)
class View:
    """A saved view; `query` is the part of a URL that brings it back."""

    id: int
    name: str
    query: Mapping[str, str]
    shared: bool
    mine: bool
    by: str


def tags(session: Session, viewer: Viewer, *, sizes: bool = False) -> tuple[Mark, ...]:
    """The tags of the viewer's clients, by name."""
    return _marks(session, viewer, Tag, ContactTag.tag_id if sizes else None)


def lists(session: Session, viewer: Viewer, *, sizes: bool = False) -> tuple[Mark, ...]:
    """The lists of the viewer's clients, by name."""
    return _marks(session, viewer, LeadList, LeadListMember.list_id if sizes else None)


def fields(
    session: Session, viewer: Viewer, *, client_id: int | None = None, hidden: bool = False
) -> tuple[Field, ...]:
    """The custom fields of the viewer's clients (or of one), by name."""
    asked = (
        select(CustomField, Client.name)
        .join(Client, Client.id == CustomField.client_id)
        .where(paging.within(CustomField.client_id, viewer, focused=client_id is None))
    )
    if client_id is not None:
        asked = asked.where(CustomField.client_id == client_id)
    if not hidden:
        asked = asked.where(CustomField.hidden_at.is_(None))
    found = session.execute(asked.order_by(CustomField.name, CustomField.id).limit(MOST))
    return tuple(
        Field(
            row.id, row.key, row.name, row.kind, tuple(row.choices), row.client_id, client,
            row.hidden_at is not None, row.version,
        )
        for row, client in found
    )  # fmt: skip


def views(session: Session, viewer: Viewer) -> tuple[View, ...]:
    """The viewer's own views and those that colleagues share within the clients in sight."""
    shared = and_(SavedView.shared.is_(True), SavedView.client_id.is_not(None))
    theirs = and_(shared, paging.within(SavedView.client_id, viewer))
    found = session.execute(
        select(SavedView, User.name)
        .join(User, User.id == SavedView.user_id)
        .where(or_(SavedView.user_id == viewer.user_id, theirs))
        .order_by(SavedView.name, SavedView.id)
        .limit(MOST)
    )
    return tuple(
        View(row.id, row.name, row.query, row.shared, row.user_id == viewer.user_id, by)
        for row, by in found
    )


def preference(session: Session, viewer: Viewer, name: str) -> Any:
    """How the viewer likes something; None where nothing was chosen."""
    if viewer.user_id is None:
        return None
    found = session.get(Preference, (viewer.user_id, name))
    return None if found is None else found.value


def names_of(
    session: Session, through: Any, of: Any, ids: Collection[int]
) -> dict[int, tuple[str, ...]]:
    """The names of tags on contacts (ContactTag, Tag) or of lists of leads, by id."""
    mark, item = list(through.__table__.primary_key.columns)
    found: dict[int, list[str]] = {}
    if ids:
        rows = session.execute(select(item, of.name).join(of, of.id == mark).where(item.in_(ids)))
        for item_id, name in rows:
            found.setdefault(item_id, []).append(name)
    return {item_id: tuple(sorted(names)) for item_id, names in found.items()}


def _marks(session: Session, viewer: Viewer, model: Any, counted: Any) -> tuple[Mark, ...]:
    version = model.version if model is LeadList else literal(1)
    found = session.execute(
        select(model.id, model.name, model.client_id, Client.name, version)
        .join(Client, Client.id == model.client_id)
        .where(paging.within(model.client_id, viewer))
        .order_by(model.name, model.id)
        .limit(MOST)
    )
    return tuple(
        Mark(
            id_, name, whose, client, version_,
            None if counted is None else _size(session, counted, id_),
        )
        for id_, name, whose, client, version_ in found
    )  # fmt: skip


def _size(session: Session, column: Any, mark_id: int) -> paging.Count:
    return paging.count(session, [select(column).where(column == mark_id)], cap=_CAP)
