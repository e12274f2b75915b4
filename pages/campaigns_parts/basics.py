"""Name, goal, owner, and who approves what."""

import streamlit as st

from core.domain.access import Act, Viewer
from core.queries import users
from core.queries.campaigns import CampaignDetail
from core.runtime import Runtime
from core.services import campaign_settings
from core.services import campaigns as service
from db.session import reading
from pages.ui.actions import act

APPROVE = {
    "all": "Every message waits for a person",
    "first": "The first message waits, follow-ups go by themselves",
    "none": "No message waits",
}


def draw(rt: Runtime, viewer: Viewer, found: CampaignDetail) -> None:
    """One form; a stale one is refused."""
    known = campaign_settings.read(found.settings)
    with reading(rt.sessions) as session:
        people = dict(users.colleagues(session, viewer, found.row.client_id))
    owners = [None, *people]
    with st.form("campaign.settings"):
        name = st.text_input("Name", found.row.name)
        goal = st.text_area("Goal", found.goal or "", height=80)
        owner = st.selectbox(
            "Owner",
            owners,
            index=owners.index(found.owner_id) if found.owner_id in owners else 0,
            format_func=lambda person: people.get(person, "Nobody"),
        )
        approve = st.radio(
            "Messages", list(APPROVE), index=list(APPROVE).index(known.approve),
            format_func=lambda word: APPROVE[word],
        )  # fmt: skip
        leads = st.toggle("Leads that qualify need no review", known.auto_approve_leads)
        b2b = st.toggle("Companies only: free-mail addresses go to review", known.b2b)
        colleagues = st.toggle(
            "A reply of one person stops the sequence of their colleagues", known.stop_colleagues
        )
        watch = st.toggle("Take in files put into the watched folder", known.watch_folder)
        saved = st.form_submit_button(
            "Save", type="primary", disabled=not viewer.may(Act.EDIT_CAMPAIGNS)
        )
    if not saved:
        return
    settings = {
        "approve": approve,
        "auto_approve_messages": approve == "none",
        "auto_approve_leads": leads,
        "b2b": b2b,
        "stop_colleagues": colleagues,
        "watch_folder": watch,
    }
    done = act(
        rt,
        lambda session: service.update(
            session, viewer, found.row.id, version=found.version, now=rt.now(),
            name=name, goal=goal or None, owner_id=owner, settings=settings,
        ),
        done="The settings are saved.",
    )  # fmt: skip
    if done:
        st.rerun()
