"""The campaign's leads by state, and the way to their list."""

import streamlit as st

from core.domain.access import Act, Viewer
from core.domain.states import LeadState
from core.queries.campaigns import CampaignDetail
from core.runtime import Runtime
from pages.ui import words


def draw(_rt: Runtime, viewer: Viewer, found: CampaignDetail) -> None:
    """One card a state, each a link to the filtered list."""
    row = found.row
    with st.container(horizontal=True):
        st.page_link(
            "leads.py", label=f"All {words.counted(row.leads, 'lead')}",
            icon=":material/group:", query_params={"campaign": str(row.id)},
        )  # fmt: skip
        if viewer.may(Act.IMPORT):
            st.page_link(
                "leads.py", label="Import leads", icon=":material/upload:",
                query_params={"view": "import", "campaign": str(row.id)},
            )  # fmt: skip
    with st.container(key="lines.states"), st.grid(4, min_column_width=150):
        for state in LeadState:
            count = row.counts.get(state, 0)
            with st.container(border=True, gap="xxsmall"):
                st.markdown(words.chip(state))
                st.markdown(f"**{count:,}**")
                if count:
                    st.page_link(
                        "leads.py", label="Show", icon=":material/arrow_forward:",
                        query_params={"campaign": str(row.id), "state": str(state)},
                    )  # fmt: skip
    st.caption("Counted every 15 minutes.")
