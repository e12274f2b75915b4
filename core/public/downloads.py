"""Signed download links: a finished, approved file for whoever holds the link, until it expires."""

from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from core.domain.states import DeliverableState
from core.errors import Invalid
from core.public import pages, tokens
from core.public.shared import runtime_of
from core.runtime import Runtime
from db.models import Deliverable
from db.session import reading

TYPES = {
    ".pdf": "application/pdf",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".csv": "text/csv; charset=utf-8",
}
_GONE = "This file is not there any more. Ask for a new one."


async def download(request: Request) -> Response:
    """The file, or one sentence: 410 for an expired link, 404 for one that is not ours."""
    rt = await run_in_threadpool(runtime_of, request)
    return await run_in_threadpool(_answer, rt, request.path_params["token"])


def _answer(rt: Runtime, token: str) -> Response:
    try:
        deliverable_id = tokens.read_download(rt.settings.secrets, token)
    except tokens.Expired as error:
        return pages.sentence("This link has expired", error.sentence, status=410)
    except Invalid as error:
        return pages.sentence("This link does not work", error.sentence, status=404)
    with reading(rt.sessions) as session:
        row = session.get(Deliverable, deliverable_id)
        ready = row is not None and row.state == DeliverableState.APPROVED
        stored = row.path if row is not None and ready else None
        title = row.title if row is not None else ""
    path = _within(rt.data_dir, stored)
    if path is None:
        return pages.sentence("Not available", _GONE, status=404)
    kind = TYPES.get(path.suffix.lower(), "application/octet-stream")
    name = f"{title}{path.suffix}".replace("/", "-")
    return FileResponse(path, media_type=kind, filename=name, headers=_HEADERS)


_HEADERS = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}


def _within(data_dir: Path, stored: str | None) -> Path | None:
    """The file, if it is one and lies in the data directory."""
    if not stored:
        return None
    root = data_dir.resolve()
    path = (root / stored).resolve()
    return path if path.is_relative_to(root) and path.is_file() else None
