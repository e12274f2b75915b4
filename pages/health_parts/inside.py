"""What the agency itself runs on: the database and its last copy, the scheduler, the inboxes."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import streamlit as st

from core.domain.access import Viewer
from core.queries.installation import InboxRow, Store
from core.queries.mailboxes import UNREAD_AFTER
from pages.ui import tables, words

OLD = timedelta(days=7)


def draw(
    store: Store,
    inboxes: Sequence[InboxRow],
    heartbeat: timedelta | None,
    viewer: Viewer,
    now: datetime,
) -> None:
    """Three figures, what to do where a copy is old, and when each inbox was read."""
    boxes = st.columns(3)
    boxes[0].metric(f"Database ({store.kind})", words.size(store.bytes), border=True)
    copied = "Never" if store.backup_at is None else f"{words.ago(store.backup_at, now)} ago"
    boxes[1].metric("Last backup", copied, border=True)
    alive = "Never" if heartbeat is None else f"{words.duration(heartbeat.total_seconds())} ago"
    boxes[2].metric("Scheduler seen", alive, border=True)
    if store.backup_at is None or now - store.backup_at > OLD:
        old = "was never copied" if store.backup_at is None else "was not copied for a week"
        st.warning(
            f"The database {old} by our command. Copy it now, and every night: "
            "`python -m core backup PATH`. Keep AICMO_SECRET_KEY with the copy.",
            icon=":material/backup:",
        )
    _inboxes(inboxes, viewer, now)


def _inboxes(inboxes: Sequence[InboxRow], viewer: Viewer, now: datetime) -> None:
    if not inboxes:
        st.caption("No mailbox is connected.")
        return
    late = [row for row in inboxes if row.synced_at is None or now - row.synced_at > UNREAD_AFTER]
    st.header("Inboxes", anchor=False)
    tables.table(
        inboxes,
        [
            tables.text("Mailbox", lambda row: row.address),
            tables.text("Read", lambda row: words.moment(row.synced_at, viewer, now)),
            tables.text("Client", lambda row: row.client),
            tables.text("Trouble", lambda row: row.error, width="large"),
        ],
        key="inboxes.table",
        alt="Mailboxes and when their inbox was last read",
    )
    whole = words.counted(len(inboxes), "inbox", "inboxes")
    told = "all read within the hour" if not late else f"{len(late):,} not read for an hour"
    st.caption(f"{whole} · {told}")
