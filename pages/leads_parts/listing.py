"""The table of leads with its filters, its columns, and what can be done to many at once."""

import streamlit as st

from core.domain.access import Act, Viewer
from core.queries import leads
from core.queries.lead_filters import LeadFilter
from core.runtime import Runtime
from db.session import reading
from pages.leads_parts import asked, columns, many, narrowing, saved, work
from pages.ui import filters, tables
from pages.ui.page import empty

_ALT = "Table of leads with state, tier, score and reason"


def draw(rt: Runtime, viewer: Viewer) -> None:
    """Filters, table, pager; a click on a row opens the lead."""
    known = columns.known(rt, viewer)
    shown = columns.chosen(rt, viewer, known)
    with filters.row():
        narrowing.draw(rt, viewer)
    wanted = asked.wanted(rt, viewer)
    with reading(rt.sessions) as session:
        page = leads.page(session, viewer, wanted, cursor=filters.value(filters.CURSOR) or None)
    work.draw(rt, viewer)
    if not page.rows and not page.prev and not page.next:
        _nothing(wanted)
        return
    made = columns.drawn(shown, page.rows, viewer, rt.now())
    if viewer.may(Act.EDIT_LEADS) and filters.value("select") == "1":
        place = st.container()
        ticked = tables.table_many(page.rows, made, key="leads.many", alt=_ALT)
        with place:
            names = [column.name for column in shown]
            many.draw(rt, viewer, wanted, page.total, ticked, names)
    else:
        row = tables.table(page.rows, made, key="leads.table", select=True, alt=_ALT)
        if row is not None:
            filters.put(lead=row.lead_id)
            st.rerun()
    tables.pager(page, "leads")


def tools(rt: Runtime, viewer: Viewer) -> None:
    """Views, columns, and the button that turns work on many leads on and off."""
    saved.draw(rt, viewer)
    known = columns.known(rt, viewer)
    columns.choose(rt, viewer, known, columns.chosen(rt, viewer, known))
    if not viewer.may(Act.EDIT_LEADS):
        return
    on = filters.value("select") == "1"
    st.button(
        "Done selecting" if on else "Select",
        icon=":material/checklist:",
        key="leads.select",
        on_click=filters.put,
        kwargs={"select": None if on else 1},
    )


def _nothing(wanted: LeadFilter) -> None:
    if wanted != LeadFilter(sort=wanted.sort):
        empty("No lead fits these filters.", icon="search_off")
        st.button(
            "Show all leads", key="leads.all", on_click=filters.put,
            kwargs=dict.fromkeys((*asked.NAMES, filters.CURSOR)),
        )  # fmt: skip
        return
    empty("There are no leads yet.", "Import leads", to="leads.py", query={"view": "import"})
