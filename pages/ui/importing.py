"""An import from the page: the upload kept as a file, its preview, and the work in the background.

The work keeps its own record in the batch's row, so the page may be left and comes back to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from core.domain.access import Viewer
from core.domain.keys import digest
from core.pipeline import harvest
from core.runtime import Runtime
from core.services import import_undo, imports
from db.session import reading, transaction
from pages.ui import actions

KEPT = 8  # previews that are kept, for ten minutes


@dataclass(frozen=True, slots=True)
class Order:
    """A list, where it goes, and what becomes of the people in it."""

    campaign_id: int
    file: Path
    name: str
    policy: str
    opted_out: bool
    encoding: str | None = None  # as a person chose it


def kept(rt: Runtime, name: str, content: bytes) -> Path:
    """The upload as a file in the data directory, named by what is in it."""
    folder = rt.data_dir / "uploads"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{digest(content)}{Path(name).suffix.lower()[:8]}"
    if not path.exists():
        path.write_bytes(content)
    return path


def pasted(rt: Runtime, text: str) -> Path:
    """A table that was pasted, as a file."""
    return kept(rt, "pasted.txt", text.encode())


def preview(
    rt: Runtime, viewer: Viewer, order: Order, mapping: Mapping[str, str | None] | None = None
) -> Any:
    """What the file would do, or None after a red sentence that says why it cannot be read."""
    given = tuple(mapping.items()) if mapping is not None else None
    return actions.attempt(lambda: _preview(rt, viewer, order, given))


def start(
    rt: Runtime, viewer: Viewer, order: Order, mapping: Mapping[str, str | None]
) -> int | None:
    """Queues the file and begins at once, in the background; gives the batch's id."""

    def queue() -> int:
        with transaction(rt.sessions) as session:
            batch = imports.start(
                session, viewer, order.campaign_id, order.file, folder=rt.data_dir / "imports",
                filename=order.name, mapping=dict(mapping), policy=order.policy,
                opted_out=order.opted_out, encoding=order.encoding, now=rt.now(),
            )  # fmt: skip
            return batch.id

    batch_id = actions.attempt(queue)
    if batch_id is not None:
        actions.in_background(lambda: harvest.run_batch(rt, batch_id))
    return batch_id


def undo(rt: Runtime, viewer: Viewer, batch_id: int) -> None:
    """Undoes an import as a whole, in the background; what hinders it is said in red, and how far
    it is by the page.
    """
    begun = actions.act(
        rt, lambda session: import_undo.begin(session, viewer, batch_id, now=rt.now())
    )
    if begun is not None:
        actions.in_background(lambda: harvest.undo_batch(rt, batch_id))


def harvest_now(rt: Runtime, campaign_id: int) -> None:
    """Takes a campaign's searches and lists at once, in the background."""
    actions.in_background(lambda: harvest.run(rt, campaign_id=campaign_id))


@st.cache_data(
    ttl=600,
    max_entries=KEPT,
    hash_funcs={Viewer: repr, Order: repr},
    show_spinner="Looking through the file…",
)
def _preview(
    _rt: Runtime,
    viewer: Viewer,
    order: Order,
    mapping: tuple[tuple[str, str | None], ...] | None,
) -> Any:
    with reading(_rt.sessions) as session:
        return imports.preview(
            session, viewer, order.campaign_id, order.file,
            mapping=dict(mapping) if mapping is not None else None, policy=order.policy,
            opted_out=order.opted_out, encoding=order.encoding, now=_rt.now(),
        )  # fmt: skip
