"""What people set of providers: the order of a chain, on or off, and our own limits.

Takes effect at the next call of every process: each change raises the revision.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain import keys
from core.domain.access import Act, Viewer
from core.errors import Invalid, NotFound, Stale
from core.services import audit, guard, health, revisions
from core.services.revisions import Kept
from db.models import ProviderHealth

STALE = "Somebody else changed these providers meanwhile. Look again, then change them."
MOST_CALLS, LONGEST = 1_000_000, 86_400.0


def turn(
    session: Session,
    viewer: Viewer,
    row_id: int,
    *,
    enabled: bool,
    now: datetime,
    version: int | None = None,
) -> ProviderHealth:
    """Turns a provider on or off. With a `version`, a stale one is refused."""
    row = _known(session, viewer, row_id, version)
    before, row.enabled = row.enabled, enabled
    action = "provider turned on" if enabled else "provider turned off"
    _changed(session, viewer, action, row, {"enabled": before}, {"enabled": enabled}, now)
    return row


def limit(
    session: Session,
    viewer: Viewer,
    row_id: int,
    *,
    calls: int | None,
    seconds: float | None,
    now: datetime,
    version: int | None = None,
) -> ProviderHealth:
    """Sets how often we ask at most; None for both: the usual limit again."""
    row = _known(session, viewer, row_id, version)
    if (calls is None) != (seconds is None):
        raise Invalid("A limit is a number of calls and the seconds they are spread over.")
    if calls is not None and not 1 <= calls <= MOST_CALLS:
        raise Invalid(f"Allow from 1 to {MOST_CALLS:,} calls.")
    if seconds is not None and not 1 <= seconds <= LONGEST:
        raise Invalid("Spread the calls over 1 second to a day.")
    before = {"calls": row.limit_calls, "seconds": row.limit_seconds}
    row.limit_calls, row.limit_seconds = calls, seconds
    after = {"calls": calls, "seconds": seconds}
    _changed(session, viewer, "provider limited", row, before, after, now)
    return row


def arrange(
    session: Session,
    viewer: Viewer,
    port: str,
    order: Sequence[str],
    *,
    version: int,
    now: datetime,
) -> None:
    """Sets the order of a port's chain: providers by name, the first is asked first.

    `version` is `version_of` what the person saw: whatever changed since, order or switch, makes it
    stale.
    """
    guard.allow(viewer, Act.PROVIDERS)
    known = _of(session, port)
    if version_of(known) != version:
        raise Stale(STALE)
    if len(set(order)) != len(order) or {row.provider for row in known} - set(order):
        raise Invalid("An order names every provider of the port once.")
    before = [row.provider for row in known]
    rows = health.rows_for(session, {(port, name, "") for name in order})
    for place, name in enumerate(order, start=1):
        row = rows[port, name, ""]
        if row.position != place:
            row.position, row.version = place, row.version + 1
    audit.record(
        session, viewer, "providers ordered", f"port:{port}",
        before={"order": before}, after={"order": list(order)}, now=now,
    )  # fmt: skip
    revisions.changed(session, Kept.PROVIDERS)


def version_of(rows: Sequence[Any]) -> int:
    """The version of a chain as a whole: anything with a `version` a provider."""
    return sum(row.version for row in rows)


def _of(session: Session, port: str) -> Sequence[ProviderHealth]:
    return session.scalars(
        select(ProviderHealth)
        .where(ProviderHealth.port == port, ProviderHealth.part == "")
        .order_by(ProviderHealth.position, ProviderHealth.id)
        .with_for_update()
    ).all()


def _known(session: Session, viewer: Viewer, row_id: int, version: int | None) -> ProviderHealth:
    guard.allow(viewer, Act.PROVIDERS)
    row = session.get(ProviderHealth, row_id, with_for_update=True)
    if row is None:
        raise NotFound("This provider is not known yet. Check it once, then try again.")
    if version is not None and row.version != version:
        raise Stale(STALE)
    return row


def _changed(
    session: Session,
    viewer: Viewer,
    action: str,
    row: ProviderHealth,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    now: datetime,
) -> None:
    row.version += 1
    audit.record(
        session, viewer, action, keys.subject("provider_health", row.id),
        before=before, after=after, now=now,
    )  # fmt: skip
    revisions.changed(session, Kept.PROVIDERS)
