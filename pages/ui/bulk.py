"""Work on many leads from a page: queued, done in the background, its file handed out."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.domain.access import Viewer
from core.domain.lists import BulkAct
from core.pipeline import bulk
from core.queries.lead_filters import LeadFilter
from core.runtime import Runtime
from core.services import bulk_jobs
from db.session import transaction
from pages.ui.actions import act, in_background

BEGUN = "It is under way. You can leave this page."


def begin(
    rt: Runtime, viewer: Viewer, what: BulkAct, wanted: LeadFilter, params: Mapping[str, Any]
) -> int | None:
    """Queues it and begins at once; None after a red sentence that says why not."""

    def queue(session: Any) -> int:
        return bulk_jobs.start(session, viewer, what, wanted, params, now=rt.now()).id

    job_id = act(rt, queue, done=BEGUN)
    if job_id is not None:
        in_background(lambda: bulk.run_one(rt, job_id))
    return job_id


def undo(rt: Runtime, viewer: Viewer, job_id: int) -> None:
    """Queues the way back and begins at once."""
    done = act(
        rt, lambda session: bulk_jobs.undo(session, viewer, job_id, now=rt.now()).id, done=BEGUN
    )
    if done is not None:
        in_background(lambda: bulk.run_one(rt, job_id))


def file_of(rt: Runtime, kept: str) -> Path | None:
    """The file of an export; None where it is gone."""
    return bulk.file_of(rt.data_dir, kept)


def taken(rt: Runtime, viewer: Viewer, job_id: int) -> bytes:
    """The file's bytes, once its person presses Download; the audit trail keeps that."""
    with transaction(rt.sessions) as session:
        kept = bulk_jobs.download(session, viewer, job_id)
    place = bulk.file_of(rt.data_dir, kept)
    return place.read_bytes() if place is not None else b""
