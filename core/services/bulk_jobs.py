"""Work on many leads, as a person begins, stops and undoes it; core.services.bulk_work does it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.domain import keys
from core.domain.access import Act, Viewer
from core.domain.lists import BulkAct, BulkState
from core.domain.states import LeadState, Role, SuppressionReason
from core.errors import IllegalMove, Invalid, NotFound
from core.queries import lead_filters
from core.queries.lead_filters import LeadFilter
from core.services import audit, bulk_acts, guard
from core.services.names import named
from db.models import BulkJob, Client, Lead, LeadList, User, UserClient

LIVE = (BulkState.QUEUED, BulkState.RUNNING, BulkState.UNDOING)
MOVES = (LeadState.QUALIFIED, LeadState.REJECTED, LeadState.SCORED, LeadState.REVIEW)
NEEDS: Mapping[BulkAct, Act] = {
    **dict.fromkeys(BulkAct, Act.EDIT_LEADS),
    BulkAct.SUPPRESS: Act.SUPPRESS,
    BulkAct.EXPORT: Act.EXPORT_LISTS,
}
FORMATS = ("csv", "xlsx")


def start(
    session: Session,
    viewer: Viewer,
    act: BulkAct,
    wanted: LeadFilter,
    params: Mapping[str, Any],
    *,
    now: datetime,
) -> BulkJob:
    """Queues an act on all leads that fit. `params` by act: tag, untag {name}; list, unlist
    {list_id}; assign {owner_id}; move {to, reason}; suppress {reason}; export {format, columns}.
    """
    guard.allow(viewer, NEEDS[act])
    checked = _CHECKS[act](session, viewer, params)
    job = BulkJob(
        user_id=viewer.user_id, client_id=viewer.focus, act=act, params=checked,
        wanted=lead_filters.document(wanted), upto=_latest(session), state=BulkState.QUEUED,
        reasons={}, created_at=now,
    )  # fmt: skip
    session.add(job)
    session.flush()
    audit.record(
        session, viewer, f"bulk {act} started", keys.subject("bulk", job.id), now=now,
        client_id=viewer.focus, after={"act": act, "params": checked, "filter": job.wanted},
    )  # fmt: skip
    return job


def stop(session: Session, viewer: Viewer, job_id: int, *, now: datetime) -> BulkJob:
    """No further chunk is begun; what was done stays, and can be undone."""
    job = _mine(session, viewer, job_id)
    if job.state in LIVE:
        job.state, job.finished_at = BulkState.STOPPED, now
        note(session, viewer, "stopped", job, now)
    return job


def undo(session: Session, viewer: Viewer, job_id: int, *, now: datetime) -> BulkJob:
    """Queues the way back, as far as the world allows."""
    job = _mine(session, viewer, job_id)
    guard.allow(viewer, NEEDS[job.act])
    if not bulk_acts.can_undo(job.act):
        raise IllegalMove("This cannot be undone.")
    if job.state not in (BulkState.COMPLETED, BulkState.STOPPED, BulkState.FAILED) or not job.done:
        raise IllegalMove("There is nothing to undo here.")
    job.state, job.mark, job.beat_at, job.reasons = BulkState.UNDOING, None, None, {}
    job.skipped, job.finished_at, job.error = 0, None, None
    note(session, viewer, "undone", job, now)
    return job


def download(session: Session, viewer: Viewer, job_id: int) -> str:
    """Where an exported file lies, below the data directory; for whoever made it."""
    job = _mine(session, viewer, job_id)
    guard.allow(viewer, Act.EXPORT_LISTS)
    if job.path is None or job.act is not BulkAct.EXPORT:
        raise IllegalMove("There is no file yet.")
    note(session, viewer, "downloaded", job, job.finished_at or job.created_at)
    return job.path


def _mine(session: Session, viewer: Viewer, job_id: int) -> BulkJob:
    job = session.get(BulkJob, job_id)
    if job is None or job.user_id != viewer.user_id:
        raise NotFound("This work does not exist, or somebody else began it.")
    return job


def _latest(session: Session) -> int:
    return int(session.execute(select(func.max(Lead.id))).scalar() or 0)


def note(session: Session, viewer: Viewer, what: str, job: BulkJob, now: datetime) -> None:
    """What became of a job, in the audit trail."""
    session.flush()
    audit.record(
        session, viewer, f"bulk {job.act} {what}", keys.subject("bulk", job.id), now=now,
        client_id=job.client_id,
        after={"done": job.done, "skipped": job.skipped, "undone": job.undone},
    )  # fmt: skip


def _checked_name(_session: Session, _viewer: Viewer, given: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": named(str(given.get("name") or ""), "a tag", 80)}


def _checked_list(session: Session, viewer: Viewer, given: Mapping[str, Any]) -> dict[str, Any]:
    if not given.get("list_id"):
        raise Invalid("Choose a list, or make one first.")
    found = guard.owned(session, viewer, LeadList, int(given["list_id"]), Act.EDIT_LEADS)
    return {"list_id": found.id, "name": found.name}


def _checked_owner(session: Session, _viewer: Viewer, given: Mapping[str, Any]) -> dict[str, Any]:
    owner_id = given.get("owner_id")
    if owner_id is None:
        return {"owner_id": None, "name": "nobody", "clients": []}
    owner = session.get(User, int(owner_id))
    if owner is None or owner.disabled_at is not None:
        raise Invalid("This person does not exist or may no longer sign in.")
    theirs = select(UserClient.client_id).where(UserClient.user_id == owner.id)
    return {"owner_id": owner.id, "name": owner.name, "clients": _clients(session, owner, theirs)}


def _clients(session: Session, owner: User, theirs: Any) -> list[int]:
    asked = select(Client.id) if owner.role is Role.ADMIN else theirs
    return list(session.execute(asked).scalars())


def _checked_move(_session: Session, _viewer: Viewer, given: Mapping[str, Any]) -> dict[str, Any]:
    to, reason = given.get("to"), str(given.get("reason") or "").strip()
    if to not in {str(state) for state in MOVES}:
        raise Invalid("Leads are not moved there by hand.")
    if not reason:
        raise Invalid("Say why: the reason stays in the history of every lead.")
    return {"to": str(to), "reason": reason[:300]}


def _checked_why(_session: Session, _viewer: Viewer, given: Mapping[str, Any]) -> dict[str, Any]:
    return {"reason": str(SuppressionReason(given.get("reason") or SuppressionReason.MANUAL))}


def _checked_file(_session: Session, _viewer: Viewer, given: Mapping[str, Any]) -> dict[str, Any]:
    if given.get("format") not in FORMATS:
        raise Invalid("A list is exported as CSV or XLSX.")
    return {"format": given["format"], "columns": [str(name) for name in given.get("columns", ())]}


_CHECKS = {
    **dict.fromkeys((BulkAct.TAG, BulkAct.UNTAG), _checked_name),
    **dict.fromkeys((BulkAct.LIST, BulkAct.UNLIST), _checked_list),
    BulkAct.ASSIGN: _checked_owner,
    BulkAct.MOVE: _checked_move,
    BulkAct.SUPPRESS: _checked_why,
    BulkAct.EXPORT: _checked_file,
}
