"""Which columns the list of leads shows: chosen by each person, and by the URL before that."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import streamlit as st

from core.domain.access import Viewer
from core.domain.states import EmailStatus, LeadState, Tier
from core.queries import lead_columns, marks
from core.queries.lead_columns import LeadColumn
from core.queries.leads import LeadRow
from core.runtime import Runtime
from core.services import views
from db.session import reading
from pages.ui import filters, tables, words
from pages.ui.actions import act
from pages.ui.again import again

URL = "cols"
_PLAINLY: Mapping[str, Any] = {
    "score": tables.score, "number": tables.number, "count": tables.count
}  # fmt: skip
_STATES: Mapping[str, Any] = {"state": LeadState, "tier": Tier, "status": EmailStatus}


def known(rt: Runtime, viewer: Viewer) -> dict[str, LeadColumn]:
    """Every column there is for this viewer, by name."""
    with reading(rt.sessions) as session:
        found = lead_columns.known(marks.fields(session, viewer))
    if viewer.focus is not None:
        found.pop("client")
    return found


def chosen(rt: Runtime, viewer: Viewer, of: Mapping[str, LeadColumn]) -> tuple[LeadColumn, ...]:
    """The URL's columns, else the person's, else the usual ones."""
    names: Sequence[str] = [name for name in filters.value(URL).split(",") if name in of]
    if not names:
        with reading(rt.sessions) as session:
            kept = marks.preference(session, viewer, views.COLUMNS)
        names = [str(name) for name in kept] if isinstance(kept, list) else []
    found = lead_columns.chosen(names, of)
    return tuple(column for column in found if column.name in of)


def choose(
    rt: Runtime, viewer: Viewer, of: Mapping[str, LeadColumn], shown: Sequence[LeadColumn]
) -> None:
    """The popover in which a person says what the list shows, in the order of choosing."""
    with (
        st.popover("Columns", icon=":material/view_column:", key="leads.columns"),
        st.form("leads.columns.form", border=False),
    ):
        names = st.multiselect(
            "Columns, in their order", list(of), default=[column.name for column in shown],
            format_func=lambda name: of[name].heading, key="leads.columns.names", width=320,
        )  # fmt: skip
        st.caption(
            "Contact details and own fields too: type to find them. Kept for you. The address of "
            "this page says them, to send a colleague."
        )
        if st.form_submit_button("Show these", type="primary"):
            done = act(rt, lambda s: (views.choose_columns(s, viewer, names), True))
            filters.put(**{URL: ",".join(names)})
            again(done)
        if st.form_submit_button("The usual ones"):
            done = act(rt, lambda s: (views.choose_columns(s, viewer, ()), True))
            filters.put(**{URL: None})
            again(done)


def drawn(
    given: Sequence[LeadColumn], rows: Sequence[LeadRow], viewer: Viewer, now: datetime
) -> list[tables.Column]:
    """The columns as a table draws them; headings that two fields share are told apart."""
    seen: dict[str, int] = {}
    made = []
    for column in given:
        times = seen[column.heading] = seen.get(column.heading, 0) + 1
        heading = column.heading if times == 1 else f"{column.heading} ({times})"
        made.append(_column(column, heading, rows, viewer, now))
    return made


def _column(
    column: LeadColumn, heading: str, rows: Sequence[LeadRow], viewer: Viewer, now: datetime
) -> tables.Column:
    value, width = column.value, column.width
    if column.look in _STATES:
        return tables.chips(heading, _STATES[column.look], value, width=width)
    if column.look in _PLAINLY:
        return _PLAINLY[column.look](heading, value, width=width)
    if column.look == "percent":
        return tables.number(heading, value, digits=1, unit="%", width=width)
    if column.look == "tags":
        held = {name: "gray" for row in rows for name in value(row)}
        return tables.tags(heading, held, value, width=width)
    if column.look == "moment":
        return tables.text(heading, lambda row: words.moment(value(row), viewer, now), width=width)
    if column.look == "yes_no":
        return tables.text(heading, lambda row: _yes_no(value(row)), width=width)
    return tables.text(heading, lambda row: _plain(value(row)), width=width)


def _yes_no(value: Any) -> Any:
    return {True: "Yes", False: "No"}.get(value, value) if isinstance(value, bool) else value


def _plain(value: Any) -> Any:
    return words.number(value) if isinstance(value, float) else value
