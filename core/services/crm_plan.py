"""What people set about the CRM, how far its changes were read, and what they do with records that
were set aside. The CRM is the agency's: for admins.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.domain import keys
from core.domain.access import Act, Viewer
from core.domain.crm import FIELDS, KEPT_HERE, SETTING, Plan, as_stored, read_plan
from core.domain.crm_states import LinkState
from core.errors import IllegalMove, Invalid
from core.services import audit, guard, settings
from db.models import Client, CrmLink, CrmSync
from db.upsert import insert_ignore


def plan(session: Session) -> Plan:
    """What is set now."""
    return read_plan(settings.value(session, SETTING))


def change(session: Session, viewer: Viewer, new: Plan, *, version: int, now: datetime) -> Plan:
    """Stores another plan; a stale version is refused."""
    guard.allow(viewer, Act.PROVIDERS)
    strange = sorted(set(new.rules) - (set(FIELDS) - KEPT_HERE))
    if strange:
        raise Invalid(f"There is no rule for {', '.join(strange)}.")
    known = set(session.execute(select(Client.id).where(Client.id.in_(new.clients))).scalars())
    if known != new.clients:
        raise Invalid("One of these clients does not exist any more. Choose again.")
    settings.put(session, viewer, SETTING, as_stored(new), version=version, now=now)
    return new


def sync_of(session: Session, crm: str) -> CrmSync:
    """How far this CRM's changes were read; made at the first time."""
    insert_ignore(session, CrmSync, [{"crm": crm, "counts": {}}])
    return session.execute(select(CrmSync).where(CrmSync.crm == crm)).scalar_one()


def finished(
    session: Session, crm: str, counts: Mapping[str, int], error: str | None, *, now: datetime
) -> None:
    """Takes down how a turn ended."""
    sync = sync_of(session, crm)
    sync.last_run_at, sync.counts = now, dict(counts)
    sync.last_error = error[:500] if error else None
    if error is None:
        sync.last_success_at = now


def try_again(session: Session, viewer: Viewer, link_id: int, *, now: datetime) -> None:
    """A record that was set aside, or may be there, is given to the CRM once more."""
    _settle(session, viewer, link_id, LinkState.WAITING, "crm record tried again", now)


def is_there(session: Session, viewer: Viewer, link_id: int, *, now: datetime) -> None:
    """A person looked: what may have been written down there, was."""
    _settle(session, viewer, link_id, LinkState.LINKED, "crm record found there", now)


def _settle(
    session: Session, viewer: Viewer, link_id: int, to: LinkState, action: str, now: datetime
) -> None:
    guard.allow(viewer, Act.PROVIDERS)
    link = guard.owned(session, viewer, CrmLink, link_id, Act.PROVIDERS)
    legal = [LinkState.UNCERTAIN]
    if to is LinkState.WAITING:
        legal.append(LinkState.SET_ASIDE)
    moved = session.execute(
        update(CrmLink)
        .where(CrmLink.id == link_id, CrmLink.state.in_(legal))
        .values(state=to, reason=None, ours_seen_at=None, attempts=0)
        .returning(CrmLink.id)
    ).scalar_one_or_none()
    if moved is None:
        raise IllegalMove("This record is not set aside any more. Look again.")
    audit.record(
        session, viewer, action, keys.subject(str(link.kind), link.subject_id),
        client_id=link.client_id, before={"reason": link.reason}, after={"crm": link.crm}, now=now,
    )  # fmt: skip
