"""Leads: the list, one lead in full (?lead=12), files put in, people looked for, tags (?view=…)."""

import streamlit as st

from core.domain.access import Act
from core.queries import lead_detail
from db.session import reading
from pages.leads_parts import intake, lead, listing, marks, merge_desk, search
from pages.ui import filters
from pages.ui.page import actions, open_page, stop

rt, viewer = open_page("Leads")
lead_id, view = filters.whole("lead"), filters.value("view")

if lead_id is not None:
    with reading(rt.sessions) as session:
        found = lead_detail.detail(session, viewer, lead_id, now=rt.now())
    if found is None:
        stop(
            "This lead does not exist, or it belongs to a client you do not work for.",
            "Back to the leads",
            to="leads.py",
        )
    else:
        lead.draw(rt, viewer, found)
elif view == "import":
    with actions():
        st.page_link("leads.py", label="Back to the leads", icon=":material/arrow_back:")
        st.button(
            "Look for people",
            icon=":material/person_search:",
            key="leads.search",
            on_click=filters.put,
            kwargs={"view": "search", "batch": None},
        )
    intake.draw(rt, viewer)
elif view == "search":
    with actions():
        st.page_link("leads.py", label="Back to the leads", icon=":material/arrow_back:")
    search.draw(rt, viewer)
elif view == "marks":
    with actions():
        st.page_link("leads.py", label="Back to the leads", icon=":material/arrow_back:")
    marks.draw(rt, viewer)
elif view == "same":
    merge_desk.draw(rt, viewer)
else:
    with actions():
        listing.tools(rt, viewer)
        merge_desk.entry(rt, viewer)
        if viewer.may(Act.IMPORT):
            st.button(
                "Import leads",
                icon=":material/upload:",
                type="primary",
                key="leads.import",
                on_click=filters.put,
                kwargs={"view": "import"},
            )
    listing.draw(rt, viewer)
