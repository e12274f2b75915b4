"""The inbox: conversations of one scope; a click opens one."""

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from core.domain.access import Viewer
from core.domain.states import ReplyIntent
from core.queries import inbox
from core.queries.inbox import Scope, ThreadRow
from core.queries.paging import Count
from core.runtime import Runtime
from db.session import reading
from pages.ui import filters, tables, words
from pages.ui.page import empty

SCOPES = {
    Scope.NEEDS_US: "Needs us",
    Scope.UNREAD: "Unread",
    Scope.DRAFTS: "Drafts to approve",
    Scope.SNOOZED: "Snoozed",
    Scope.UNMATCHED: "Unmatched",
    Scope.ALL: "All",
}
NOTHING = {
    Scope.NEEDS_US: "Nobody waits for an answer.",
    Scope.UNREAD: "Everything is read.",
    Scope.DRAFTS: "No draft waits for approval.",
    Scope.SNOOZED: "Nothing is snoozed.",
    Scope.UNMATCHED: "Every mail that came in was matched to a lead.",
    Scope.ALL: "No reply has come in yet.",
}


def draw(rt: Runtime, viewer: Viewer, held: Mapping[Scope, Count]) -> None:
    """Scopes with their counts, the list, the pager."""
    options = {str(scope): f"{label} {held[scope]}" for scope, label in SCOPES.items()}
    scope = Scope(filters.pills("scope", options, label="Scope", default=Scope.NEEDS_US))
    now = rt.now()
    with reading(rt.sessions) as session:
        page = inbox.page(
            session, viewer, scope, now=now, cursor=filters.value(filters.CURSOR) or None
        )
    if not page.rows:
        empty(NOTHING[scope], icon="mark_email_read")
        return
    client = [] if viewer.focus else [tables.text("Client", lambda r: r.client, width=130)]
    row = tables.table(
        page.rows,
        [
            tables.tags(
                "", {"New": "blue", "Ours": "orange"}, lambda r: _marks(scope, r),
                width=65 if scope == Scope.NEEDS_US else 105,
            ),
            tables.text("From", lambda r: r.name, width=160),
            tables.chips("Taken for", ReplyIntent, lambda r: r.intent, width=140),
            tables.text("When", lambda r: words.moment(r.last_at, viewer, now), width=110),
            tables.text("Subject", lambda r: r.subject, width=200),
            tables.text("Says", lambda r: r.snippet, width=340),
            tables.text("Assigned to", lambda r: r.assignee, width=120),
            *client,
        ],
        key=f"mail.inbox.{scope}",
        select=True,
        alt="Table of conversations",
    )  # fmt: skip
    if row is not None:
        filters.put(thread=row.thread_id)
        st.rerun()
    tables.pager(replace(page, total=held[scope]), "conversations")


def _marks(scope: Scope, row: ThreadRow) -> list[str]:
    """What tells a conversation from the others of its scope."""
    ours = row.needs_us and scope != Scope.NEEDS_US
    new = row.unread and scope != Scope.UNREAD
    return ["New"] * new + ["Ours"] * ours
