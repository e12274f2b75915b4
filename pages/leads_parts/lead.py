"""One lead in full: who, why, what happened, what comes next, and what can be done."""

import streamlit as st

from core.domain.access import Act, Viewer
from core.queries.lead_detail import LeadDetail
from core.runtime import Runtime
from pages.leads_parts import acts, marked, predicted, scored, signal_form, told
from pages.ui import words
from pages.ui.page import actions


def draw(rt: Runtime, viewer: Viewer, found: LeadDetail) -> None:
    """Two columns: the lead left; what comes next, actions and facts right."""
    now = rt.now()
    with actions():
        st.page_link("leads.py", label="Back to the leads", icon=":material/arrow_back:")
    left, right = st.columns([3, 2], gap="medium")
    with left:
        with st.container(border=True):
            told.heading(found, viewer, now)
            scored.scores(found)
            scored.reasons(found.reasons)
            if found.prediction is not None:
                predicted.draw(found.prediction)
        st.header("What happened", anchor=False)
        with st.container(border=True, gap="xsmall"):
            if found.timeline:
                told.timeline(found.timeline, viewer, now)
            else:
                st.caption("Nothing yet.")
    with right:
        with st.container(border=True):
            st.markdown("**What happens next**")
            told.next_up(found.next_up, viewer, now)
            if viewer.may(Act.EDIT_LEADS):
                acts.draw(rt, viewer, found)
        with st.container(border=True):
            st.markdown("**Evidence**")
            told.signals(found, viewer, now)
            if viewer.may(Act.EDIT_LEADS):
                signal_form.draw(rt, viewer, found.row.lead_id)
            told.facts(found.facts, viewer, now)
            told.others(found)
        with st.container(border=True):
            st.markdown("**Tags, lists and fields**")
            marked.draw(rt, viewer, found)
        _contact(found)


def _contact(found: LeadDetail) -> None:
    known = {
        "E-mail": found.row.email,
        "Phone": found.phone,
        "LinkedIn": found.linkedin,
        "Website": found.website,
        "Industry": found.industry,
        "Owner": found.row.owner,
        "Notes": found.notes,
    }
    with st.container(border=True):
        st.markdown("**Contact**")
        lines = [f":gray[{words.text(k)}] {words.text(v)}" for k, v in known.items() if v]
        st.markdown("  \n".join(lines))
