"""A new campaign in five short steps. It is a draft from the first one on, so nothing is lost."""

import streamlit as st

from core.domain.access import Act, Viewer
from core.queries import clients, sequences
from core.queries.campaigns import CampaignDetail
from core.runtime import Runtime
from core.services import campaigns as service
from db.session import reading
from pages.campaigns_parts import audience, checklist, detail, schedule, steps
from pages.ui import filters, words
from pages.ui.actions import act
from pages.ui.page import empty, go, headline, refused

STEPS = {
    "audience": "Audience",
    "sequence": "Sequence",
    "schedule": "Schedule",
    "review": "Review",
}


def basics(rt: Runtime, viewer: Viewer) -> None:
    """The first step: client, name, goal."""
    headline("New campaign", "Step 1 of 5 · Basics")
    if not viewer.may(Act.EDIT_CAMPAIGNS):
        refused("Your role may not make campaigns. Ask an account manager or an admin.")
    with reading(rt.sessions) as session:
        known = {client.id: client.name for client in clients.names(session, viewer)}
        zones = {client.id: client.timezone for client in clients.names(session, viewer)}
    if not known:
        empty("A campaign needs a client. Add one first.", "Add a client", to="settings.py",
              query={"part": "clients"}, icon="apartment")  # fmt: skip
        return
    with st.form("wizard.basics"):
        ids = list(known)
        client_id = st.selectbox(
            "Client", ids, format_func=lambda one: known[one],
            index=ids.index(viewer.focus) if viewer.focus in ids else 0,
        )  # fmt: skip
        name = st.text_input("Name", placeholder="Spring outreach, SaaS founders")
        goal = st.text_area("Goal", height=80, placeholder="20 first meetings by the end of May")
        saved = st.form_submit_button("Next", type="primary")
    if saved:
        made = act(
            rt,
            lambda session: service.create(
                session, viewer, client_id=client_id, name=name, goal=goal, now=rt.now(),
                settings={"timezone": zones[client_id]},
            ),
        )  # fmt: skip
        if made:
            go("campaigns.py", campaign=made.id, step="audience")


def draw(rt: Runtime, viewer: Viewer, campaign_id: int) -> None:
    """The later steps, each on the draft itself."""
    found = detail.load(rt, viewer, campaign_id)
    step = filters.value("step")
    step = step if step in STEPS else "audience"
    number = list(STEPS).index(step) + 2
    headline(found.row.name, f"New campaign · step {number} of 5 · {STEPS[step]}")
    st.progress(number / 5)
    if step == "audience":
        saved = audience.form(rt, viewer, found, "Next")
    elif step == "sequence":
        saved = _sequence(rt, viewer, found)
    elif step == "schedule":
        saved = schedule.form(rt, viewer, found, "Next")
    else:
        saved = _review(rt, viewer, found)
    following = list(STEPS)[list(STEPS).index(step) + 1 :]
    before = list(STEPS)[: list(STEPS).index(step)]
    with st.container(horizontal=True):
        if before and st.button("Back", icon=":material/arrow_back:", type="tertiary"):
            go("campaigns.py", campaign=campaign_id, step=before[-1])
        if st.button("Leave as a draft", type="tertiary"):
            go("campaigns.py", campaign=campaign_id)
    if saved and following:
        go("campaigns.py", campaign=campaign_id, step=following[0])


def _sequence(rt: Runtime, viewer: Viewer, found: CampaignDetail) -> bool:
    with reading(rt.sessions) as session:
        known = sequences.available(session, viewer, client_id=found.row.client_id)
    st.markdown(
        "Hot, warm, cool and cold leads go through the library's sequence of their tier. "
        "Choose the one for all others."
    )
    return steps.choose(rt, viewer, found, known, "Next")


def _review(rt: Runtime, viewer: Viewer, found: CampaignDetail) -> bool:
    st.markdown(f"**{words.text(found.row.name)}** for **{words.text(found.row.client)}**")
    ready = checklist.draw(rt, viewer, found.row.id)
    with st.container(horizontal=True):
        st.page_link(
            "leads.py", label="Import leads", icon=":material/upload:",
            query_params={"view": "import", "campaign": str(found.row.id)},
        )  # fmt: skip
        if st.button("Start the campaign", type="primary", disabled=not ready):
            detail.begin(rt, viewer, found.row.id)
            go("campaigns.py", campaign=found.row.id)
    return False
