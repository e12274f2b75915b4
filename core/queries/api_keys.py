"""Which keys are stored in the app, and by whom. Never their values."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain.access import Act, Viewer
from db.models import ApiKey


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One stored key. `readable`: it can be decrypted with the secret in use."""

    name: str
    set_by: str
    set_at: datetime
    readable: bool
    version: int


def keys(session: Session, viewer: Viewer) -> dict[str, KeyRow]:
    """Setting → its stored key; nothing for those who may not enter keys."""
    if not viewer.may(Act.KEYS):
        return {}
    rows = session.execute(
        select(ApiKey.name, ApiKey.value, ApiKey.set_by, ApiKey.set_at, ApiKey.version)
    )
    return {
        row.name: KeyRow(row.name, row.set_by, row.set_at, row.value is not None, row.version)
        for row in rows
    }
