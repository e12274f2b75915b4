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
    with st.form("campaign.settings"):
        given = {
            "name": st.text_input("Name", found.row.name),
            "goal": st.text_area("Goal", found.goal or "", height=80) or None,
            "owner_id": _owner(rt, viewer, found),
            "settings": _settings(found),
        }
        saved = st.form_submit_button(
            "Save", type="primary", disabled=not viewer.may(Act.EDIT_CAMPAIGNS)
        )
    if saved and act(
        rt,
        lambda session: service.update(
            session, viewer, found.row.id, version=found.version, now=rt.now(), **given
        ),
        done="The settings are saved.",
    ):
        st.rerun()


def _owner(rt: Runtime, viewer: Viewer, found: CampaignDetail) -> int | None:
    with reading(rt.sessions) as session:
        people = dict(users.colleagues(session, viewer, found.row.client_id))
    owners = [None, *people]
    return st.selectbox(
        "Owner",
        owners,
        index=owners.index(found.owner_id) if found.owner_id in owners else 0,
        format_func=lambda person: people.get(person, "Nobody"),
    )


def _settings(found: CampaignDetail) -> dict[str, bool | str]:
    known = campaign_settings.read(found.settings)
    approve = st.radio(
        "Messages",
        list(APPROVE),
        index=list(APPROVE).index(known.approve),
        format_func=lambda word: APPROVE[word],
    )
    toggles = {
        "auto_approve_leads": "No lead waits for a person: whom the rules do not turn away goes on",
        "b2b": "Companies only: free-mail addresses go to review",
        "stop_colleagues": "A reply of one person stops the sequence of their colleagues",
        "watch_folder": "Take in files put into the watched folder",
    }
    place = f"inbox-lists, the client's folder, {found.row.id}"
    hints = {
        "watch_folder": f"Lay lists in the data folder, under {place}. They are taken in once."
    }
    chosen = {
        name: st.toggle(label, getattr(known, name), help=hints.get(name))
        for name, label in toggles.items()
    }
    return {"approve": approve, "auto_approve_messages": approve == "none", **chosen}
