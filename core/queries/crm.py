"""How the CRM is kept in step: what is set, the last turn, what was set aside. The CRM is the
agency's, so this is for admins.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.domain import keys
from core.domain.access import Act, Viewer
from core.domain.crm import SETTING, Plan, read_plan
from core.domain.crm_states import CrmKind, LinkState
from core.queries import paging
from core.queries.paging import Count
from db.models import Client, Contact, CrmLink, CrmSync, Setting

CAP = 9_999
NONE = Count(0)


@dataclass(frozen=True, slots=True)
class CrmStanding:
    """What is set (with the version to change it by), and how the last turn went."""

    plan: Plan
    version: int
    contacts: Count = NONE
    interactions: Count = NONE
    aside: Count = NONE
    last_run_at: datetime | None = None
    last_success_at: datetime | None = None
    last_error: str | None = None
    all_seen: bool = False  # whether everything there was read once
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AsideRow:
    """A record that the CRM did not take, or may have taken."""

    id: int
    kind: CrmKind
    email: str
    client: str
    state: LinkState
    reason: str | None
    at: datetime


def standing(session: Session, viewer: Viewer, crm: str) -> CrmStanding:
    """How it stands with this CRM; for others than admins nothing is known."""
    if not viewer.may(Act.PROVIDERS):
        return CrmStanding(Plan(), 0)
    row = session.execute(
        select(Setting.value, Setting.version).where(
            Setting.scope == keys.suppression_scope(None), Setting.name == SETTING
        )
    ).one_or_none()
    plan, version = (read_plan(row.value), row.version) if row else (Plan(), 0)
    sync = session.get(CrmSync, crm)
    return CrmStanding(
        plan=plan,
        version=version,
        contacts=_count(session, crm, [LinkState.LINKED], contacts=True),
        interactions=_count(session, crm, [LinkState.LINKED], contacts=False),
        aside=_count(session, crm, [LinkState.SET_ASIDE, LinkState.UNCERTAIN]),
        last_run_at=sync.last_run_at if sync else None,
        last_success_at=sync.last_success_at if sync else None,
        last_error=sync.last_error if sync else None,
        all_seen=sync is not None and sync.since is not None,
        counts=dict(sync.counts) if sync else {},
    )


def set_aside(
    session: Session, viewer: Viewer, crm: str, *, limit: int = 50
) -> tuple[AsideRow, ...]:
    """What waits for a person, the newest first."""
    if not viewer.may(Act.PROVIDERS):
        return ()
    rows = session.execute(
        select(
            *(CrmLink.id, CrmLink.kind, CrmLink.state, CrmLink.reason, CrmLink.created_at),
            *(Contact.email, Client.name.label("client")),
        )
        .join(Contact, Contact.id == CrmLink.contact_id)
        .join(Client, Client.id == CrmLink.client_id)
        .where(
            *(CrmLink.crm == crm, paging.within(CrmLink.client_id, viewer)),
            CrmLink.state.in_((LinkState.SET_ASIDE, LinkState.UNCERTAIN)),
        )
        .order_by(CrmLink.id.desc())
        .limit(limit)
    )
    return tuple(
        AsideRow(row.id, row.kind, row.email, row.client, row.state, row.reason, row.created_at)
        for row in rows
    )


def _count(
    session: Session, crm: str, states: list[LinkState], *, contacts: bool | None = None
) -> Count:
    ids = select(CrmLink.id).where(CrmLink.crm == crm, CrmLink.state.in_(states))
    if contacts is not None:
        is_contact = CrmLink.kind == CrmKind.CONTACT
        ids = ids.where(is_contact if contacts else ~is_contact)
    number = session.execute(
        select(func.count()).select_from(ids.limit(CAP + 1).subquery())
    ).scalar_one()
    return Count(min(number, CAP), number > CAP)
