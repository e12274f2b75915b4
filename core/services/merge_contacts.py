"""What two contacts that become one carry over: fields, tags, leads, facts, and opt-outs."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from core.domain import keys
from core.domain.access import Viewer
from core.domain.states import SuppressionKind, SuppressionReason
from core.services import merge_fields, merge_leads, suppressions, tags
from db.models import Contact, Merge, Suppression

FIELDS = (
    *("first_name", "last_name", "title", "seniority", "department", "phone", "linkedin"),
    *("account_id", "city", "state", "country", "language", "timezone", "notes", "consent_at"),
)
# said by the person, or for good: it holds at both addresses. A bounce says only one is dead.
OF_THE_PERSON = (
    *(SuppressionReason.OPT_OUT, SuppressionReason.COMPLAINED, SuppressionReason.ERASED),
    *(SuppressionReason.MANUAL, SuppressionReason.IMPORTED),
)


def join(
    session: Session,
    viewer: Viewer,
    kept: Contact,
    gone: Contact,
    chosen: Collection[str],
    *,
    now: datetime,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Carries over; gives what stood in `kept` before, and what moved."""
    before = merge_fields.lay(kept, gone, FIELDS, chosen)
    before |= {"tags": list(kept.tags), "custom": dict(kept.custom)}
    kept.tags = sorted({*kept.tags, *gone.tags})
    kept.custom = {**gone.custom, **kept.custom}
    kept.version += 1
    session.flush()
    tags.follow(session, viewer, kept.client_id, {kept.id: kept.tags}, now=now)
    states = merge_leads.states(session, [kept.id, gone.id])
    moved = merge_leads.carry(session, viewer, kept, gone, now=now)
    moved["subjects"] = merge_fields.move_subjects(
        session, keys.subject("contact", gone.id), keys.subject("contact", kept.id)
    )
    moved["aliases"] = merge_fields.move_aliases(session, Contact, gone.id, kept.id)
    moved["suppressions"] = _stricter(session, viewer, kept, gone, now)
    after = merge_leads.states(session, [kept.id, gone.id])
    moved["states"] = {"before": states, "after": after}
    return before, moved


def part(
    session: Session, viewer: Viewer, kept: Contact, gone: Contact, row: Merge, *, now: datetime
) -> None:
    """Takes `join` back."""
    moved, why = row.moved, f"The merge with {gone.email} was undone"
    session.execute(delete(Suppression).where(Suppression.id.in_(moved["suppressions"])))
    merge_leads.bring_back(session, viewer, kept, gone, moved, now=now)
    merge_leads.put_back_states(
        session, viewer, moved["states"]["before"], moved["states"]["after"], reason=why, now=now
    )
    merge_fields.move_subjects_back(session, moved["subjects"])
    session.execute(
        update(Contact).where(Contact.id.in_(moved["aliases"])).values(merged_into_id=gone.id)
    )
    kept = session.get_one(Contact, kept.id)
    merge_fields.put_back(kept, row.before)
    kept.updated_at, kept.version = now, kept.version + 1
    session.flush()
    tags.follow(session, viewer, kept.client_id, {kept.id: kept.tags}, now=now)


def _stricter(
    session: Session, viewer: Viewer, kept: Contact, gone: Contact, now: datetime
) -> list[int]:
    """Whoever asked at one address not to be written to is not written to at the other either.
    Gives the suppressions that were put down for it.
    """
    scopes = [keys.suppression_scope(None), keys.suppression_scope(kept.client_id)]
    both = {kept.email_key: gone.email_key, gone.email_key: kept.email_key}
    rows = session.execute(
        select(Suppression)
        .where(
            Suppression.kind == SuppressionKind.ADDRESS,
            Suppression.value.in_(both),
            or_(Suppression.scope == scopes[0], Suppression.scope == scopes[1]),
        )
        .order_by(Suppression.id)
    ).scalars()
    found = {row.value: row.reason for row in rows if row.reason in OF_THE_PERSON}
    added = []
    for address, reason in found.items():
        other = both[address]
        if other not in found:
            put = suppressions.suppress(
                session, viewer, other, client_id=kept.client_id, reason=reason,
                source=f"merged with {address}", now=now,
            )  # fmt: skip
            if put.source == f"merged with {address}"[:200] and put.at == now:
                added.append(put.id)
    return added
