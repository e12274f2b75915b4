"""Whether a client's sure pairs are merged without asking."""

import streamlit as st

from core.domain.access import Act, Viewer
from core.runtime import Runtime
from core.services import merges, settings
from db.session import reading
from pages.ui.actions import act

NEVER = 0.0
BY_ITSELF = {NEVER: "Never", 0.999: "From 99.9%", 0.99: "From 99%"}


def draw(rt: Runtime, viewer: Viewer) -> None:
    """Whether sure pairs are merged without asking; one client's own setting, off at first."""
    client_id = viewer.focus
    if client_id is None or not viewer.may(Act.EDIT_CLIENTS):
        return
    with reading(rt.sessions) as session:
        now = settings.value(session, merges.BY_ITSELF, client_id=client_id, default={})
    least = float(now.get("from") or NEVER)
    with st.popover("By itself", icon=":material/bolt:"), st.form("merge.by", border=False):
        wanted = st.radio(
            "Merge sure pairs without asking", list(BY_ITSELF), key="merge.by.from",
            index=list(BY_ITSELF).index(least) if least in BY_ITSELF else 0,
            format_func=lambda at: BY_ITSELF[at],
        )  # fmt: skip
        if st.form_submit_button("Save", type="primary"):
            value = {"from": wanted} if wanted else {}
            act(
                rt,
                lambda s: settings.put(
                    s, viewer, merges.BY_ITSELF, value, client_id=client_id, now=rt.now()
                ),
                done="Saved.",
            )
