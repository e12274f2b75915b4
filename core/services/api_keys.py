"""Keys of providers that admins enter in the app: encrypted at rest, never given back to a page."""

import re
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain.access import Act, Viewer
from core.errors import Invalid, NotFound, Stale
from core.services import audit, guard, revisions
from core.services.revisions import Kept
from db.models import ApiKey

LONGEST = 2_000
STALE = "Somebody else changed this key meanwhile. Look again, then save."
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff]")  # what comes along when text is copied


def cleaned(value: str) -> str:
    """The key without what copying leaves at its ends; Invalid where it cannot be one. The
    sentence never holds any of it.
    """
    key = _INVISIBLE.sub("", value).strip().strip("\"'").strip()
    if not key:
        raise Invalid("Enter the key.")
    if "\n" in key or "\r" in key:
        raise Invalid("A key is one line; this has a line break in it. Copy it again.")
    if any(sign.isspace() for sign in key):
        raise Invalid("A key has no spaces; this has one in it. Copy it again.")
    if not key.isascii() or not key.isprintable():
        raise Invalid("This holds a character that no key has. Copy it again.")
    if len(key) > LONGEST:
        raise Invalid(f"A key has {LONGEST:,} characters at most. Copy it again.")
    return key


def put(
    session: Session, viewer: Viewer, name: str, value: str, *, version: int, now: datetime
) -> ApiKey:
    """Stores a key (`value` as `cleaned` gives it); `version` 0 where there was none. The audit
    entry says who and when, never what.
    """
    guard.allow(viewer, Act.KEYS)
    row = session.scalar(select(ApiKey).where(ApiKey.name == name).with_for_update())
    if version != (row.version if row else 0):
        raise Stale(STALE)
    action = "key changed" if row else "key set"
    if row is None:
        row = ApiKey(name=name, set_by=viewer.name, set_at=now)
        session.add(row)
    else:
        row.version += 1
    row.value, row.set_by_id, row.set_by, row.set_at = value, viewer.user_id, viewer.name, now
    session.flush()
    audit.record(session, viewer, action, f"key:{name}", now=now)
    revisions.changed(session, Kept.KEYS)
    return row


def remove(session: Session, viewer: Viewer, name: str, *, version: int, now: datetime) -> None:
    """Forgets a key."""
    guard.allow(viewer, Act.KEYS)
    row = session.scalar(select(ApiKey).where(ApiKey.name == name).with_for_update())
    if row is None:
        raise NotFound("No such key is stored.")
    if row.version != version:
        raise Stale(STALE)
    session.delete(row)
    audit.record(session, viewer, "key removed", f"key:{name}", now=now)
    revisions.changed(session, Kept.KEYS)


def stored(session: Session) -> dict[str, str]:
    """Setting → key, for the runtime alone. One that was encrypted with a lost secret is left
    out.
    """
    rows = session.execute(select(ApiKey.name, ApiKey.value))
    return {name: value for name, value in rows if value is not None}
