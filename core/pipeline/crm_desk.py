"""What an admin asks of the CRM from its page: a dry run. It reads there and here, writes nowhere.

Safe to repeat: deciding changes nothing, and the CRM is only read.
"""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core import gateways
from core.domain.access import Act, Viewer
from core.domain.crm import LOCAL, Plan, Theirs
from core.domain.states import ConversionKind
from core.providers.faces import CrmDesk
from core.providers.registry import ADAPTERS, LABELS, is_set_up, label
from core.runtime import Runtime
from core.services import crm_log, crm_plan, crm_pull, crm_push, guard, suppressions
from core.services.crm_fields import FieldChange
from core.services.crm_pull import Decision
from core.services.crm_push import Due
from db.models import CrmSync
from db.session import reading

PAGES = 5  # of changes that a dry run reads
MOST = 200  # contacts and interactions that it looks at
WORDS = {
    ConversionKind.OPPORTUNITY: "An opportunity is marked",
    ConversionKind.WON: "A won deal is marked",
    ConversionKind.LOST: "A lost deal is marked",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A CRM that can be chosen, and whether it has its key."""

    name: str
    set_up: bool


@dataclass(frozen=True, slots=True)
class DryRow:
    """One thing that would change. `field`: one of ours, or "" for the record as a whole."""

    email: str
    comes: bool  # from the CRM; else it goes there
    field: str
    before: str
    after: str
    why: str


@dataclass(frozen=True, slots=True)
class DryRun:
    """What the next turn would do. `partly`: there is more than was looked at."""

    crm: str
    seen: int
    comes: int
    goes: int
    logs: int
    rows: tuple[DryRow, ...]
    partly: bool


def in_use(rt: Runtime, chosen: str) -> str:
    """The CRM that is really kept in step."""
    return gateways.crm_of(chosen, rt.settings, ADAPTERS["crm"])


def choices(rt: Runtime) -> tuple[Choice, ...]:
    """Every CRM, the CSV files first."""
    names = sorted(ADAPTERS["crm"], key=lambda name: (name != LOCAL, LABELS.get(name, name)))
    settings = rt.providers.settings
    return tuple(Choice(name, is_set_up("crm", name, settings)) for name in names)


def dry_run(rt: Runtime, viewer: Viewer) -> DryRun:
    """Reads what changed there, and says what would be written on either side."""
    guard.allow(viewer, Act.PROVIDERS)
    with reading(rt.sessions) as session:
        plan = crm_plan.plan(session)
        sync = session.get(CrmSync, in_use(rt, plan.crm))
        since = sync.since if sync else None
    with closing(rt.providers.crm(plan.crm)) as crm:
        records, more = _read(crm, since)
        name, fields, again = crm.name, crm.fields, crm.honours_keys
    now = rt.now()
    with reading(rt.sessions) as session:
        decided = crm_pull.decide(session, plan, name, fields, records, now=now)
        due = crm_push.due(session, plan, name, fields, after=0, limit=MOST, now=now)
        logs = _logs(session, plan, name, again=again, now=now)
        known = {one.contact_id for one in decided}
        goes = [one for one in due if one.goes and one.contact_id not in known]
        rows = [row for one in decided for row in _coming(session, one)]
    rows += [row for one in goes for row in _going(one, label(name))]
    return DryRun(
        crm=name,
        seen=len(records),
        comes=sum(row.comes for row in rows),
        goes=len({row.email for row in rows if not row.comes}),
        logs=logs,
        rows=tuple(rows[:MOST]),
        partly=more or len(due) == MOST or len(rows) > MOST,
    )


def _read(crm: CrmDesk, since: datetime | None) -> tuple[list[Theirs], bool]:
    records: list[Theirs] = []
    cursor: str | None = None
    for _ in range(PAGES):
        page = crm.pull_changes(since, cursor)
        records += page.records
        cursor = page.cursor
        if cursor is None:
            return records, False
    return records, True


def _logs(session: Session, plan: Plan, crm: str, *, again: bool, now: datetime) -> int:
    if not plan.interactions:
        return 0
    return sum(
        len(crm_log.due(session, crm, kind, again=again, after=0, limit=MOST, now=now))
        for kind in crm_log.KINDS
    )


def _coming(session: Session, one: Decision) -> list[DryRow]:
    """What a record of the CRM comes to, on both sides."""
    email = one.email_key
    if one.reason:
        return [DryRow(email, True, "", "", "Set aside", one.reason)]
    rows = _changes(email, one.changes)
    if one.opts_out and not _suppressed(session, one):
        rows.append(DryRow(email, True, "", "", "Suppressed", "The person opted out there."))
    if one.conversion is not None:
        rows.append(DryRow(email, True, "", "", WORDS[one.conversion], "Its stage there says so."))
    return rows


def _suppressed(session: Session, one: Decision) -> bool:
    """Whether nothing would be new about it."""
    client_id = one.client_id or 0
    return bool(suppressions.suppressed_among(session, client_id, [one.email_key]))


def _going(one: Due, crm: str) -> list[DryRow]:
    if one.is_new:
        named = [value for name, value in one.fields.items() if value and name != "company"]
        return [DryRow(one.email, False, "", "", ", ".join(named[:3]), f"New to {crm}.")]
    return _changes(one.email, one.changes)


def _changes(email: str, changes: Sequence[FieldChange]) -> list[DryRow]:
    return [
        DryRow(
            email=email,
            comes=change.settled.ours_changes,
            field=change.name,
            before=change.ours if change.settled.ours_changes else change.theirs,
            after=change.settled.value,
            why="Both sides changed it." if change.settled.both_changed else "",
        )
        for change in changes
    ]
