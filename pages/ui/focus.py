"""The client switcher: one client or all of them, in the session and in the URL (`?client=3`)."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from core.domain.access import Viewer
from core.queries.clients import ClientName
from pages.ui import filters

_FOCUS = "focus.client"
_WIDGET = "focus.switcher"
PARAMETER = "client"
ALL = 0


def narrowed(viewer: Viewer) -> Viewer:
    """The viewer with the chosen client as focus; a client that is not theirs is never chosen."""
    given = filters.whole(PARAMETER)
    if given is not None and viewer.sees(given):
        st.session_state[_FOCUS] = given
    chosen = st.session_state.get(_FOCUS)
    return viewer if chosen is None or not viewer.sees(chosen) else replace(viewer, focus=chosen)


def switcher(clients: Sequence[ClientName]) -> None:
    """The select box at the top of the sidebar; without a choice where there is one client."""
    known = {ALL: "All clients", **{client.id: client.name for client in clients}}
    if st.session_state.get(_FOCUS) not in known:
        st.session_state[_FOCUS] = None
    chosen = st.session_state.get(_FOCUS) or ALL
    st.session_state[_WIDGET] = chosen
    st.selectbox(
        "Client",
        list(known),
        format_func=lambda client: known.get(client, ""),
        key=_WIDGET,
        label_visibility="collapsed",
        on_change=_choose,
    )
    filters.put(**{PARAMETER: chosen or None})


def forget() -> None:
    """Back to all clients."""
    st.session_state[_FOCUS] = None


def _choose() -> None:
    chosen = st.session_state.get(_WIDGET) or None
    st.session_state[_FOCUS] = chosen
    filters.put(**{PARAMETER: chosen, filters.CURSOR: None})
