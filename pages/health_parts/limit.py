"""How often we ask a provider at most."""

import streamlit as st

from core.domain.access import Viewer
from core.pipeline import provider_desk
from core.queries.health import ProviderRow
from core.runtime import Runtime
from core.services import provider_order as service
from pages.ui import words
from pages.ui.actions import act


def draw(rt: Runtime, viewer: Viewer, row: ProviderRow) -> None:
    """What holds now, whose it is, and a form for another."""
    usual = provider_desk.usual_limit(row.port, row.provider)
    own = (row.limit_calls, row.limit_seconds) if row.limit_calls and row.limit_seconds else None
    shown = own or usual
    told = (
        "no limit"
        if shown is None
        else f"{words.counted(shown[0], 'call')} in {words.duration(shown[1])}"
    )
    whose = "set by a person" if own else "the usual one"
    with st.expander(f"Our own limit: {told} ({whose})"), st.form("provider.limit", border=False):
        st.caption("All processes together stay below it, so that the provider need not refuse us.")
        calls = st.number_input("Calls", 1, 1_000_000, shown[0] if shown else 60)
        seconds = st.number_input("Seconds", 1, 86_400, int(shown[1]) if shown else 60)
        with st.container(horizontal=True):
            saved = st.form_submit_button("Set limit", type="primary")
            usual_again = st.form_submit_button("Back to the usual", disabled=own is None)
    if saved or usual_again:
        given = (int(calls), float(seconds)) if saved else (None, None)
        if act(
            rt,
            lambda session: service.limit(
                session, viewer, row.row_id, calls=given[0], seconds=given[1],
                version=row.version, now=rt.now(),
            ),
            done="The limit holds from the next call on.",
        ):  # fmt: skip
            st.rerun()
