"""An import from the page: the upload kept as a file, its preview, and the work in the background.

The work keeps its own record in the batch's row, so the page may be left and comes back to it.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from core.domain.access import Viewer
from core.domain.keys import digest
from core.pipeline import harvest
from core.runtime import Runtime
from core.services import imports
from db.session import reading, transaction
from pages.ui import actions

KEPT = 8  # previews that are kept, for ten minutes


def kept(rt: Runtime, name: str, content: bytes) -> Path:
    """The upload as a file in the data directory, named by what is in it."""
    folder = rt.data_dir / "uploads"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{digest(content)}{Path(name).suffix.lower()[:8]}"
    if not path.exists():
        path.write_bytes(content)
    return path


def preview(
    rt: Runtime,
    viewer: Viewer,
    campaign_id: int,
    file: Path,
    *,
    mapping: Mapping[str, str | None] | None,
    policy: str,
) -> Any:
    """What the file would do, or None after a red sentence that says why it cannot be read."""
    given = tuple(mapping.items()) if mapping is not None else None
    return actions.attempt(lambda: _preview(rt, viewer, campaign_id, file, given, policy))


def start(
    rt: Runtime,
    viewer: Viewer,
    campaign_id: int,
    file: Path,
    *,
    filename: str,
    mapping: Mapping[str, str | None],
    policy: str,
) -> int | None:
    """Queues the file and begins at once, in the background; gives the batch's id."""

    def queue() -> int:
        with transaction(rt.sessions) as session:
            batch = imports.start(
                session, viewer, campaign_id, file, folder=rt.data_dir / "imports",
                filename=filename, mapping=dict(mapping), policy=policy, now=rt.now(),
            )  # fmt: skip
            return batch.id

    batch_id = actions.attempt(queue)
    if batch_id is not None:
        actions.in_background(lambda: harvest.run_batch(rt, batch_id))
    return batch_id


def harvest_now(rt: Runtime, campaign_id: int) -> None:
    """Takes a campaign's searches and lists at once, in the background."""
    actions.in_background(lambda: harvest.run(rt, campaign_id=campaign_id))


@st.cache_data(
    ttl=600, max_entries=KEPT, hash_funcs={Viewer: repr}, show_spinner="Looking through the file…"
)
def _preview(
    _rt: Runtime,
    viewer: Viewer,
    campaign_id: int,
    file: Path,
    mapping: tuple[tuple[str, str | None], ...] | None,
    policy: str,
) -> Any:
    with reading(_rt.sessions) as session:
        return imports.preview(
            session, viewer, campaign_id, file,
            mapping=dict(mapping) if mapping is not None else None, policy=policy, now=_rt.now(),
        )  # fmt: skip
