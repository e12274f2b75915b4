"""Signing in, and what a person may change of their own access.

Signing in is three steps, so that no transaction waits for bcrypt and no flood of guesses slips
through: `begin_attempt` counts the try before the password is looked at, `passwords.fits` looks,
`finish_attempt` clears the count of a right one.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from core.domain.access import SYSTEM, Viewer
from core.errors import Invalid
from core.services import audit, passwords, users
from db.models import User

TRIES = 5
LOCK_OUT = timedelta(minutes=15)
SESSION_LENGTH = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to sign in, already counted. `refused` is a sentence where none is allowed now."""

    user_id: int | None
    password_hash: str
    refused: str = ""
    locked_until: datetime | None = None
    timezone: str = "UTC"


def begin_attempt(session: Session, username: str, *, now: datetime) -> Attempt:
    """Counts a try. The fifth in a row locks at once, and is unlocked by `finish_attempt`."""
    user = users.named(session, username)
    if user is None or user.disabled_at is not None:
        return Attempt(None, passwords.no_ones_hash())
    if user.locked_until is not None and user.locked_until > now:
        return Attempt(None, "", locked_sentence(user.locked_until, user.timezone))
    tries = 0 if user.locked_until is not None else user.failed_attempts
    user.failed_attempts = tries + 1
    user.locked_until = now + LOCK_OUT if user.failed_attempts >= TRIES else None
    return Attempt(user.id, user.password_hash, "", user.locked_until, user.timezone)


def finish_attempt(session: Session, attempt: Attempt, *, right: bool, now: datetime) -> str:
    """Ends a try: "" where it succeeded, else the sentence for the person."""
    user = session.get(User, attempt.user_id) if attempt.user_id is not None else None
    if user is None or not right:
        if user is not None and attempt.locked_until is not None:
            audit.of(session, SYSTEM, "locked after wrong passwords", user, now)
            return locked_sentence(attempt.locked_until, attempt.timezone)
        return "The name or the password is not right. Try again, or ask an admin for a new one."
    user.failed_attempts = 0
    user.locked_until = None
    user.last_sign_in_at = now
    audit.of(session, Viewer(user.id, user.name, user.role), "signed in", user, now)
    return ""


def locked_sentence(until: datetime, timezone: str) -> str:
    """What a locked-out person is told: until when, in their own zone."""
    local = until.astimezone(ZoneInfo(timezone))
    return f"Too many wrong passwords. Signing in is locked until {local:%H:%M} ({local:%Z})."


def change_own_password(
    session: Session, viewer: Viewer, *, current: str, new: str, now: datetime
) -> User:
    """A person's own new password. All other sessions of theirs end."""
    user = users.existing(session, viewer.user_id or 0)
    if not passwords.fits(current, user.password_hash):
        raise Invalid("The present password is not right.")
    if new == current:
        raise Invalid("The new password must differ from the present one.")
    user.password_hash = passwords.hashed(new)
    user.must_change_password = False
    user.session_epoch += 1
    user.version += 1
    audit.of(session, viewer, "own password changed", user, now)
    return user


def set_own_timezone(session: Session, viewer: Viewer, timezone: str, *, now: datetime) -> User:
    """The zone in which a person sees every date."""
    user = users.existing(session, viewer.user_id or 0)
    users.check_words(user.name, user.role, timezone)
    user.timezone = timezone
    audit.of(session, viewer, f"own time zone set to {timezone}", user, now)
    return user
