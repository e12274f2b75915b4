"""How lists of a source were read before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain.access import Viewer
from core.intake import columns
from core.queries import paging
from db.models import Campaign, SavedMapping, User


@dataclass(frozen=True, slots=True)
class SavedRow:
    """A mapping that fits a file, in the file's own spelling."""

    mapping_id: int
    name: str
    columns: dict[str, str | None]
    by: str | None
    at: datetime


def fitting(
    session: Session, viewer: Viewer, campaign_id: int, headings: Sequence[str]
) -> SavedRow | None:
    """The mapping that the campaign's client keeps for these headings, or None."""
    found = session.execute(
        select(SavedMapping, User.name)
        .join(Campaign, Campaign.client_id == SavedMapping.client_id)
        .outerjoin(User, User.id == SavedMapping.by_id)
        .where(
            Campaign.id == campaign_id,
            paging.within(SavedMapping.client_id, viewer, focused=False),
            SavedMapping.fingerprint == columns.fingerprint(headings),
        )
    ).first()
    if found is None:
        return None
    saved, by = found
    return SavedRow(saved.id, saved.name, columns.spelt(headings, saved.columns), by, saved.at)
