"""People who sign in: roles and the clients they work for."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from core.domain import windows
from core.domain.access import SYSTEM, Act, Viewer
from core.domain.states import Role
from core.errors import Invalid, NotFound, Stale
from core.services import audit, guard, passwords
from db.models import Client, User, UserClient

ROLES = (Role.ADMIN, Role.MANAGER, Role.OPERATOR, Role.VIEWER)


def ensure_admin(session: Session, *, now: datetime, username: str = "admin") -> str | None:
    """Makes the first admin where nobody exists yet, and gives the password to be shown once."""
    if session.scalar(select(User.id).limit(1)) is not None:
        return None
    password = passwords.made_up()
    user = User(
        username=username,
        name="Admin",
        email=f"{username}@localhost",
        role=Role.ADMIN,
        password_hash=passwords.hashed(password),
        must_change_password=True,
        created_at=now,
    )
    session.add(user)
    session.flush()
    audit.of(session, SYSTEM, "first admin made", user, now)
    return password


def add(
    session: Session,
    viewer: Viewer,
    *,
    username: str,
    name: str,
    email: str,
    role: Role,
    now: datetime,
    client_ids: Iterable[int] = (),
    password: str | None = None,
    timezone: str = "UTC",
) -> tuple[User, str]:
    """A new person and the password to hand over; it must be changed at the first sign-in."""
    guard.allow(viewer, Act.PEOPLE)
    username, email, name = username.strip().lower(), email.strip(), name.strip()
    _check_new(session, username, email, name, role, timezone)
    chosen = password or passwords.made_up()
    user = User(
        username=username,
        name=name,
        email=email,
        role=role,
        timezone=timezone,
        password_hash=passwords.hashed(chosen),
        must_change_password=password is None,
        created_at=now,
    )
    session.add(user)
    session.flush()
    _set_clients(session, user.id, client_ids)
    audit.of(session, viewer, "person added", user, now, after={"role": role, "email": email})
    return user, chosen


def change(
    session: Session,
    viewer: Viewer,
    user_id: int,
    *,
    version: int,
    now: datetime,
    name: str,
    role: Role,
    timezone: str,
    client_ids: Iterable[int],
) -> User:
    """Name, role, zone and clients of a person. A changed role or client ends their sessions."""
    guard.allow(viewer, Act.PEOPLE)
    user = _fresh(session, user_id, version)
    check_words(name, role, timezone)
    if user.role is Role.ADMIN and role is not Role.ADMIN:
        _keep_one_admin(session, user)
    clients = sorted(set(client_ids))
    held = sorted(_client_ids(session, user.id))
    before = {"name": user.name, "role": user.role, "timezone": user.timezone, "clients": held}
    if role is not user.role or clients != held:
        user.session_epoch += 1
    user.name, user.role, user.timezone = name.strip(), role, timezone
    user.version += 1
    _set_clients(session, user.id, clients)
    after = {"name": user.name, "role": role, "timezone": timezone, "clients": clients}
    audit.of(session, viewer, "person changed", user, now, before=before, after=after)
    return user


def disable(session: Session, viewer: Viewer, user_id: int, *, now: datetime) -> User:
    """Ends a person's access at once, also where they are signed in now."""
    guard.allow(viewer, Act.PEOPLE)
    user = existing(session, user_id)
    if user.id == viewer.user_id:
        raise Invalid("You cannot end your own access. Ask another admin to do it.")
    if user.role is Role.ADMIN:
        _keep_one_admin(session, user)
    if user.disabled_at is None:
        user.disabled_at = now
        user.session_epoch += 1
        user.version += 1
        audit.of(session, viewer, "access ended", user, now)
    return user


def enable(session: Session, viewer: Viewer, user_id: int, *, now: datetime) -> User:
    """Gives a person access again; an old lock-out is lifted with it."""
    guard.allow(viewer, Act.PEOPLE)
    user = existing(session, user_id)
    if user.disabled_at is not None or user.locked_until is not None:
        user.disabled_at = user.locked_until = None
        user.failed_attempts = 0
        user.version += 1
        audit.of(session, viewer, "access given again", user, now)
    return user


def reset_password(
    session: Session, viewer: Viewer, user_id: int, *, now: datetime, password: str | None = None
) -> str:
    """A new password for somebody, to be changed at the next sign-in; ends their sessions."""
    guard.allow(viewer, Act.PEOPLE)
    user = existing(session, user_id)
    chosen = password or passwords.made_up()
    user.password_hash = passwords.hashed(chosen)
    user.must_change_password = True
    user.failed_attempts, user.locked_until = 0, None
    user.session_epoch += 1
    user.version += 1
    audit.of(session, viewer, "password reset", user, now)
    return chosen


def by_username(session: Session, viewer: Viewer, username: str) -> User:
    """The person of that name, for the command line; NotFound where there is none."""
    guard.allow(viewer, Act.PEOPLE)
    user = named(session, username)
    if user is None:
        raise NotFound(f"There is no person named {username}.")
    return user


def named(session: Session, username: str) -> User | None:
    """The person with this sign-in name, for the services of this room."""
    return session.scalar(select(User).where(User.username == username.strip().lower()))


def existing(session: Session, user_id: int) -> User:
    """The person with this id; NotFound where there is none."""
    user = session.get(User, user_id)
    if user is None:
        raise NotFound("This person does not exist.")
    return user


def _fresh(session: Session, user_id: int, version: int) -> User:
    user = existing(session, user_id)
    if user.version != version:
        raise Stale("Somebody else changed this person meanwhile. Look again, then save.")
    return user


def _keep_one_admin(session: Session, leaving: User) -> None:
    others = select(func.count()).where(
        User.role == Role.ADMIN, User.disabled_at.is_(None), User.id != leaving.id
    )
    if not session.scalar(others):
        raise Invalid("This is the last admin. Make somebody else an admin first.")


def _check_new(
    session: Session, username: str, email: str, name: str, role: Role, timezone: str
) -> None:
    if not username or not username.replace(".", "").replace("-", "").replace("_", "").isalnum():
        raise Invalid("A sign-in name has letters, digits, dots, dashes and underscores only.")
    if email.count("@") != 1 or email.startswith("@") or email.endswith("@"):
        raise Invalid("This e-mail address cannot be right. It looks like ann@agency.com.")
    check_words(name, role, timezone)
    if named(session, username) is not None:
        raise Invalid(f"The sign-in name {username} is taken. Choose another.")
    if session.scalar(select(User.id).where(User.email == email)) is not None:
        raise Invalid(f"{email} belongs to somebody already.")


def check_words(name: str, role: Role, timezone: str) -> None:
    """Refuses an empty name, a role for nobody, a zone that does not exist."""
    if not name.strip():
        raise Invalid("A person needs a name.")
    if role not in ROLES:
        raise Invalid("This role cannot be given to a person.")
    if timezone not in windows.zones():
        raise Invalid(f"{timezone} is no time zone. It looks like Europe/Berlin.")


def _client_ids(session: Session, user_id: int) -> set[int]:
    return set(session.scalars(select(UserClient.client_id).where(UserClient.user_id == user_id)))


def _set_clients(session: Session, user_id: int, client_ids: Iterable[int]) -> None:
    wanted = set(client_ids)
    known = (
        set(session.scalars(select(Client.id).where(Client.id.in_(wanted)))) if wanted else set()
    )
    if wanted - known:
        raise NotFound("One of these clients does not exist.")
    session.execute(delete(UserClient).where(UserClient.user_id == user_id))
    session.add_all([UserClient(user_id=user_id, client_id=client) for client in sorted(known)])
    session.flush()
