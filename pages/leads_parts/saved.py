"""Saved views: filters, sort and columns under a name, for oneself or the client's team."""

import streamlit as st

from core.domain.access import Viewer
from core.queries import marks
from core.queries.marks import View
from core.runtime import Runtime
from core.services import views
from db.session import reading
from pages.leads_parts import asked
from pages.ui import filters, words
from pages.ui.actions import act
from pages.ui.again import again


def draw(rt: Runtime, viewer: Viewer) -> None:
    """The popover with the views there are, and a form for the present one."""
    with reading(rt.sessions) as session:
        found = marks.views(session, viewer)
    now = asked.present()
    current = next((view for view in found if dict(view.query) == now and now), None)
    label = current.name if current else "Views"
    with st.popover(words.text(label), icon=":material/bookmark:", key="leads.views"):
        for view in found:
            _one(rt, viewer, view)
        if not found:
            st.caption("A view keeps filters, sort and columns under a name.")
        _save(rt, viewer, now)


def _one(rt: Runtime, viewer: Viewer, view: View) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        whose = "" if view.mine else f" :gray[by {words.text(view.by)}]"
        shared = " :gray[shared]" if view.mine and view.shared else ""
        st.button(
            f"{words.text(view.name)}{whose}{shared}", key=f"leads.view.{view.id}",
            type="tertiary", icon=":material/bookmark:", on_click=_open, args=(view,),
        )  # fmt: skip
        if view.mine:
            st.button(
                "Remove", key=f"leads.view.{view.id}.remove", type="tertiary",
                icon=":material/delete:", on_click=_remove, args=(rt, viewer, view),
            )  # fmt: skip


def _open(view: View) -> None:
    known = {name: view.query.get(name) for name in asked.KEPT}
    filters.put(**{**known, filters.CURSOR: None})


def _remove(rt: Runtime, viewer: Viewer, view: View) -> None:
    act(
        rt,
        lambda session: views.remove(session, viewer, view.id, now=rt.now()),
        done=f"The view {view.name} is gone.",
    )


def _save(rt: Runtime, viewer: Viewer, query: dict[str, str]) -> None:
    if not query:
        st.caption("Filter or sort the list, then save that as a view.")
        return
    with st.form("leads.view.save", border=False):
        name = st.text_input("Save the present view as", key="leads.view.name")
        shared = viewer.focus is not None and st.checkbox(
            "Share with the client's team", key="leads.view.shared"
        )
        if st.form_submit_button("Save", type="primary"):
            done = act(
                rt,
                lambda s: views.save(
                    s, viewer, name, query, client_id=viewer.focus, shared=shared, now=rt.now()
                ),
            )
            again(done, f"Saved as {name.strip()}.")
