"""Small settings that people change in the app: one value a name, for the agency or one client."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain import keys
from core.domain.access import Act, Viewer
from core.errors import Stale
from core.services import audit, guard
from db.models import Setting


def value(session: Session, name: str, *, client_id: int | None = None, default: Any = None) -> Any:
    """The stored value, or `default`."""
    found = _row(session, name, client_id)
    return default if found is None else found.value


def put(
    session: Session,
    viewer: Viewer,
    name: str,
    new: Any,
    *,
    now: datetime,
    client_id: int | None = None,
    version: int | None = None,
) -> Setting:
    """Stores a value that JSON can hold. A client's own: who may edit clients; the agency's:
    admins. With a `version`, a stale one is refused.
    """
    guard.allow(viewer, Act.PROVIDERS if client_id is None else Act.EDIT_CLIENTS, client_id)
    row = _row(session, name, client_id)
    if version is not None and version != (row.version if row else 0):
        raise Stale("Somebody else changed this setting meanwhile. Look again, then save.")
    before = {} if row is None else {name: row.value}
    if row is None:
        row = Setting(scope=keys.suppression_scope(client_id), name=name, value=new)
        session.add(row)
    else:
        row.value = new
        row.version += 1
    session.flush()
    audit.record(
        session, viewer, "setting changed", f"setting:{name}",
        client_id=client_id, before=before, after={name: new}, now=now,
    )  # fmt: skip
    return row


def _row(session: Session, name: str, client_id: int | None) -> Setting | None:
    scope = keys.suppression_scope(client_id)
    return session.scalar(select(Setting).where(Setting.scope == scope, Setting.name == name))
