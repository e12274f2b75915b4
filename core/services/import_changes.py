"""What an import wrote on contacts and companies that were there before it, kept and taken back.

A value that somebody changed since is theirs and stays.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.domain.access import Viewer
from core.domain.keys import subject
from core.services import bulk, tags
from core.services.import_weighed import Weighed
from db.models import Account, Contact, ImportChange

CHUNK = 500


def keep(session: Session, weighed: Weighed, batch_id: int) -> None:
    """Writes down what the rows of a chunk changed, before against after."""
    rows = [
        {
            "subject": subject(kind, one.id),
            "before": _as_document(one.before),
            "after": _as_document({name: one.values[name] for name in one.before}),
        }
        for kind, found in (("account", weighed.accounts), ("contact", weighed.contacts))
        for one in found.values()
        if one.before and one.id is not None
    ]
    bulk.insert(session, ImportChange, rows, {"batch_id": batch_id})


def take_back(session: Session, viewer: Viewer, batch_id: int, *, now: datetime) -> int:
    """Takes back the latest changes, a chunk of them; gives how many those were. Safe to repeat:
    what was taken back is no longer written down.
    """
    found = session.scalars(
        select(ImportChange)
        .where(ImportChange.batch_id == batch_id)
        .order_by(ImportChange.id.desc())
        .limit(CHUNK)
        .with_for_update()
    ).all()
    tagged: dict[int, list[str]] = {}
    for change in found:
        kind, _, number = change.subject.partition(":")
        row = _locked(session, kind, int(number))
        if row is None:
            continue
        _put_back(row, change, now)
        if isinstance(row, Contact) and "tags" in change.after:
            tagged[row.id] = list(row.tags)
            client_id = row.client_id
    session.flush()
    if tagged:
        tags.follow(session, viewer, client_id, tagged, now=now)
    done = delete(ImportChange).where(
        bulk.among(session, ImportChange.id, [change.id for change in found])
    )
    session.execute(done.execution_options(synchronize_session=False))
    return len(found)


def _locked(session: Session, kind: str, row_id: int) -> Contact | Account | None:
    if kind == "contact":
        return session.get(Contact, row_id, with_for_update=True)
    return session.get(Account, row_id, with_for_update=True)


def _put_back(row: Contact | Account, change: ImportChange, now: datetime) -> None:
    for name, after in change.after.items():
        held, before = getattr(row, name), change.before.get(name)
        if isinstance(after, dict):
            setattr(row, name, _without(held or {}, before or {}, after))
        elif isinstance(after, list):
            added = set(after) - set(before or [])
            setattr(row, name, [one for one in held or [] if one not in added])
        elif _as_value(held) == after:
            setattr(row, name, _moment(before) if name == "consent_at" else before)
    row.updated_at = now
    if isinstance(row, Contact):
        row.version += 1


def _without(
    held: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]
) -> dict[str, Any]:
    """The held values without what the import put there; what it overwrote is there again."""
    result = dict(held)
    for name, value in after.items():
        if name not in held or held[name] != value or before.get(name) == value:
            continue
        if name in before:
            result[name] = before[name]
        else:
            del result[name]
    return result


def _as_document(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _as_value(value) for name, value in values.items()}


def _as_value(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
