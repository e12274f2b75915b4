"""How the columns of a source are read, kept for the next list with the same headings.

Kept by client. It is offered to people and never forced on them; where nobody is asked (a watched
folder) it is what somebody decided for this source before.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain.access import Act, Viewer
from core.domain.keys import subject
from core.errors import Invalid
from core.intake import columns
from core.intake.sniff import Sheet
from core.services import audit, guard
from core.services.names import named
from db.models import Campaign, SavedMapping
from db.upsert import upsert

LONGEST = 120


def save(
    session: Session,
    viewer: Viewer,
    campaign_id: int,
    sheet: Sheet,
    mapping: Mapping[str, str | None],
    *,
    name: str,
    now: datetime,
) -> SavedMapping:
    """Keeps a mapping for the campaign's client; one for the same headings is replaced."""
    campaign = guard.owned(session, viewer, Campaign, campaign_id, Act.IMPORT)
    if not sheet.titled:
        raise Invalid("A list without headings cannot be known again. Give its columns headings.")
    row = {
        "client_id": campaign.client_id,
        "fingerprint": columns.fingerprint(sheet.headings),
        "name": named(name, "a mapping", LONGEST),
        "columns": {heading: mapping.get(heading) for heading in sheet.headings},
        "by_id": viewer.user_id,
        "at": now,
    }
    on = ("client_id", "fingerprint")
    upsert(session, SavedMapping, [row], on=on, change=["name", "columns", "by_id", "at"])
    saved = _of(session, campaign.client_id, sheet.headings)
    if saved is None:  # pragma: no cover - it was just written
        raise Invalid("The mapping could not be saved. Try again.")
    audit.record(
        session, viewer, "mapping saved", subject("mapping", saved.id), now=now,
        client_id=campaign.client_id, after={"name": saved.name, "columns": row["columns"]},
    )  # fmt: skip
    return saved


def forget(session: Session, viewer: Viewer, mapping_id: int, *, now: datetime) -> None:
    """Does away with a saved mapping."""
    saved = guard.owned(session, viewer, SavedMapping, mapping_id, Act.IMPORT)
    audit.record(
        session, viewer, "mapping forgotten", subject("mapping", saved.id), now=now,
        client_id=saved.client_id, before={"name": saved.name},
    )  # fmt: skip
    session.delete(saved)
    session.flush()


def fitting(session: Session, client_id: int, sheet: Sheet) -> dict[str, str | None] | None:
    """The client's mapping of such headings, in the file's own spelling; None where there is
    none.
    """
    saved = _of(session, client_id, sheet.headings) if sheet.titled else None
    return None if saved is None else columns.spelt(sheet.headings, saved.columns)


def _of(session: Session, client_id: int, headings: Sequence[str]) -> SavedMapping | None:
    return session.execute(
        select(SavedMapping).where(
            SavedMapping.client_id == client_id,
            SavedMapping.fingerprint == columns.fingerprint(headings),
        )
    ).scalar_one_or_none()
