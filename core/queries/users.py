"""Who signs in, and the people an admin sees."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain.access import Act, Viewer
from core.domain.states import Role
from core.queries import paging
from db.models import Client, User, UserClient


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person whose access holds now; `epoch` is part of their cookie."""

    viewer: Viewer
    username: str
    epoch: int
    must_change_password: bool


@dataclass(frozen=True, slots=True)
class Person:
    """A row of the people list; `clients` are the names, None for those who see all."""

    id: int
    username: str
    name: str
    email: str
    role: Role
    timezone: str
    clients: tuple[str, ...] | None
    client_ids: tuple[int, ...]
    last_sign_in_at: datetime | None
    locked_until: datetime | None
    disabled: bool
    version: int


def signed_in(session: Session, username: str, epoch: int | None = None) -> SignedIn | None:
    """The viewer behind a name, or None where access ended; a given epoch must be the present
    one.
    """
    user = session.scalar(select(User).where(User.username == username))
    if user is None or user.disabled_at is not None:
        return None
    if epoch is not None and user.session_epoch != epoch:
        return None
    clients = None if user.role is Role.ADMIN else frozenset(_client_ids(session, user.id))
    viewer = Viewer(user.id, user.name, user.role, clients, user.timezone)
    return SignedIn(viewer, user.username, user.session_epoch, user.must_change_password)


def people(session: Session, viewer: Viewer, *, limit: int = 500) -> tuple[Person, ...]:
    """Everybody, by name; only for those who may change people."""
    if not viewer.may(Act.PEOPLE):
        return ()
    users = session.scalars(select(User).order_by(User.name, User.id).limit(limit)).all()
    held: dict[int, list[tuple[int, str]]] = {}
    rows = session.execute(
        select(UserClient.user_id, Client.id, Client.name)
        .join(Client, Client.id == UserClient.client_id)
        .where(UserClient.user_id.in_([user.id for user in users]))
        .order_by(Client.name)
    )
    for user_id, client_id, name in rows:
        held.setdefault(user_id, []).append((client_id, name))
    return tuple(_person(user, held.get(user.id, [])) for user in users)


def colleagues(session: Session, viewer: Viewer, client_id: int) -> tuple[tuple[int, str], ...]:
    """(id, name) of those who may own work of this client: its team and the admins."""
    if not viewer.sees(client_id):
        return ()
    team = select(UserClient.user_id).where(UserClient.client_id == client_id)
    rows = session.execute(
        select(User.id, User.name)
        .where(User.disabled_at.is_(None), User.role != Role.VIEWER)
        .where((User.role == Role.ADMIN) | User.id.in_(team))
        .order_by(User.name)
        .limit(200)
    )
    return tuple((row.id, row.name) for row in rows)


def owners(session: Session, viewer: Viewer) -> tuple[tuple[int, str], ...]:
    """(id, name) of those who may own work of any of the viewer's clients in sight."""
    team = select(UserClient.user_id).where(paging.within(UserClient.client_id, viewer))
    rows = session.execute(
        select(User.id, User.name)
        .where(User.disabled_at.is_(None), User.role != Role.VIEWER)
        .where((User.role == Role.ADMIN) | User.id.in_(team))
        .order_by(User.name, User.id)
        .limit(200)
    )
    return tuple((row.id, row.name) for row in rows)


def _client_ids(session: Session, user_id: int) -> list[int]:
    statement = select(UserClient.client_id).where(UserClient.user_id == user_id)
    return list(session.scalars(statement))


def _person(user: User, held: list[tuple[int, str]]) -> Person:
    return Person(
        id=user.id,
        username=user.username,
        name=user.name,
        email=user.email,
        role=user.role,
        timezone=user.timezone,
        clients=None if user.role is Role.ADMIN else tuple(name for _, name in held),
        client_ids=tuple(client_id for client_id, _ in held),
        last_sign_in_at=user.last_sign_in_at,
        locked_until=user.locked_until,
        disabled=user.disabled_at is not None,
        version=user.version,
    )
