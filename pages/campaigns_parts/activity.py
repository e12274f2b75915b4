"""What people did to the campaign, and what jobs did for it."""

import streamlit as st

from core.domain.access import Viewer
from core.queries import campaigns
from core.queries.campaigns import CampaignDetail
from core.runtime import Runtime
from db.session import reading
from pages.ui import tables, words
from pages.ui.actions import progress


def draw(rt: Runtime, viewer: Viewer, found: CampaignDetail) -> None:
    """The audit trail beside the latest runs."""
    now = rt.now()
    with reading(rt.sessions) as session:
        lines = campaigns.activity(session, viewer, found.row.id)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        st.header("Changes", anchor=False)
        tables.table(
            lines,
            [
                tables.text("When", lambda line: words.moment(line.at, viewer, now)),
                tables.text("Who", lambda line: line.who),
                tables.text("What", lambda line: line.action.capitalize(), width="large"),
            ],
            key="campaign.activity",
        )
    with right:
        st.header("Runs", anchor=False)
        progress(rt, viewer, found.row.id, 10)
