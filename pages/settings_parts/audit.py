"""Who changed what."""

import re
from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import streamlit as st

from core.domain import states as s
from core.domain.access import Viewer
from core.queries import audit
from core.queries.audit import AuditRow
from core.runtime import Runtime
from db.session import reading
from pages.ui import filters, tables, words
from pages.ui.page import go

STORED = re.compile(r"[a-z]+(_[a-z]+)*")  # a word as the database keeps it
DAY = re.compile(r"\d{4}-\d\d-\d\d")
STATES: dict[str, type[StrEnum]] = {
    "lead": s.LeadState, "campaign": s.CampaignState, "mailbox": s.MailboxState,
    "message": s.MessageState, "review": s.ReviewState, "deliverable": s.DeliverableState,
}  # fmt: skip
UNSAID = ("subject",)  # what was changed stands in a column of its own
KINDS = {"user": "Person", "message": "Mail", "thread": "Conversation", "field": "Own field",
         "review": "Decision on", "bulk": "Work on many", "endpoint": "Webhook"}  # fmt: skip


def draw(rt: Runtime, viewer: Viewer) -> None:
    """Newest first, with the fields that changed; a click on a line goes to what was changed."""
    now = rt.now()
    with reading(rt.sessions) as session:
        page = audit.page(session, viewer, cursor=filters.value("cursor"))

    def moment(at: datetime) -> str:
        return words.moment(at, viewer, now)

    chosen = tables.table(
        page.rows,
        [
            tables.text("When", lambda row: moment(row.at)),
            tables.text("Who", lambda row: row.who),
            tables.text("What", lambda row: row.action.capitalize()),
            tables.text("On", _about, width=300),
            tables.text("Before", lambda row: _fields(row, row.before, moment), width="medium"),
            tables.text("After", lambda row: _fields(row, row.after, moment), width="large"),
        ],
        key="audit.table",
        select=True,
        alt="Changes, newest first",
    )
    tables.pager(page, "changes", note="a click on a line opens what was changed")
    st.caption("Entries are never edited or deleted.")
    if chosen is not None and chosen.about.page:
        go(chosen.about.page, **chosen.about.query)


def _about(row: AuditRow) -> str:
    kind = KINDS.get(row.about.kind) or words.label(row.about.kind)
    return f"{kind} {row.about.name}" if row.about.name else f"{kind} that is gone"


def _fields(row: AuditRow, changed: dict[str, Any], moment: Callable[[datetime], str]) -> str:
    empty = {name for name, value in {**row.before, **row.after}.items() if value is None}
    unsaid = {*UNSAID, *(name for name in empty if row.before.get(name) is None)}
    return ", ".join(
        f"{_name(name)}: {_state(row, name, value) or _said(name, value, moment)}"
        for name, value in changed.items()
        if name not in unsaid and value != row.about.name
    )


def _state(row: AuditRow, name: str, value: Any) -> str:
    """The label of a state as it stands on all other pages; "" for anything else."""
    known = STATES.get(row.about.kind) if name == "state" else None
    return words.label(known(value)).lower() if known and value in set(known) else ""


def _name(name: str) -> str:
    return name.removesuffix("_minor").removesuffix("_id").replace("_", " ")


def _said(name: str, value: Any, moment: Callable[[datetime], str]) -> str:
    """A stored value as people write it."""
    if value in (None, "", [], {}):
        return words.DASH
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return words.number(value / 100 if name.endswith("_minor") else value)
    if isinstance(value, dict):
        return ", ".join(_name(key) for key in value)
    shown = ", ".join(map(str, value)) if isinstance(value, list) else _text(str(value), moment)
    return shown if len(shown) <= 60 else f"{shown[:57]}…"


def _text(value: str, moment: Callable[[datetime], str]) -> str:
    if DAY.match(value):
        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            return value
        return words.day(date.fromisoformat(value)) if DAY.fullmatch(value) else moment(at)
    return value.replace("_", " ") if STORED.fullmatch(value) else value
