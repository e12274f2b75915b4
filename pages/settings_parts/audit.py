"""Who changed what."""

from typing import Any

import streamlit as st

from core.domain.access import Viewer
from core.queries import audit
from core.runtime import Runtime
from db.session import reading
from pages.ui import filters, tables, words


def draw(rt: Runtime, viewer: Viewer) -> None:
    """Newest first, with the fields that changed."""
    now = rt.now()
    with reading(rt.sessions) as session:
        page = audit.page(session, viewer, cursor=filters.value("cursor"))
    tables.table(
        page.rows,
        [
            tables.text("When", lambda row: words.moment(row.at, viewer, now)),
            tables.text("Who", lambda row: row.who),
            tables.text("What", lambda row: row.action.capitalize()),
            tables.text("On", lambda row: row.subject.replace(":", " ").capitalize()),
            tables.text("Before", lambda row: _fields(row.before), width="medium"),
            tables.text("After", lambda row: _fields(row.after), width="large"),
        ],
        key="audit.table",
        alt="Changes, newest first",
    )
    tables.pager(page, "changes")
    st.caption("Entries are never edited or deleted.")


def _fields(changed: dict[str, Any]) -> str:
    return ", ".join(
        f"{name.replace('_', ' ')}: {_short(value)}" for name, value in changed.items()
    )


def _short(value: Any) -> str:
    shown = words.DASH if value in (None, "", [], {}) else str(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}…"
