"""Records that a CRM did not take, or may have taken: each with its reason, and what to do."""

import streamlit as st

from core.domain.access import Viewer
from core.domain.crm_states import CrmKind, LinkState
from core.queries import crm
from core.queries.paging import Count
from core.runtime import Runtime
from core.services import crm_plan
from db.session import reading
from pages.ui import tables, words
from pages.ui.actions import act


def draw(rt: Runtime, viewer: Viewer, used: str, number: Count) -> None:
    """A table to tick, and two buttons; nothing where nothing waits."""
    if not number:
        return
    now = rt.now()
    with reading(rt.sessions) as session:
        rows = crm.set_aside(session, viewer, used)
    st.markdown(f"**Set aside** :gray[· {number}]")
    chosen = tables.table_many(
        rows,
        [
            tables.text("Contact", lambda row: row.email, width=280),
            tables.text("Client", lambda row: row.client),
            tables.text("What", lambda row: words.label(CrmKind(row.kind))),
            tables.chips("State", LinkState, lambda row: row.state),
            tables.text("Why", lambda row: row.reason, width="large"),
            tables.text("Since", lambda row: words.moment(row.at, viewer, now)),
        ],
        key="crm.aside",
        alt="Records that were set aside",
    )
    perhaps = [row.id for row in chosen if row.state is LinkState.UNCERTAIN]
    with st.container(horizontal=True):
        st.button(
            "Try the chosen again", key="crm.again", disabled=not chosen,
            on_click=_again, args=(rt, viewer, [row.id for row in chosen]),
        )  # fmt: skip
        st.button(
            "The chosen are there", key="crm.there", disabled=not perhaps,
            help="Only what may be there: you looked at the contact in the CRM, and found it.",
            on_click=_there, args=(rt, viewer, perhaps),
        )  # fmt: skip


def _again(rt: Runtime, viewer: Viewer, ids: list[int]) -> None:
    act(
        rt,
        lambda session: [crm_plan.try_again(session, viewer, one, now=rt.now()) for one in ids],
        done=lambda done: f"{words.counted(len(done), 'record')} will be tried at the next sync.",
    )


def _there(rt: Runtime, viewer: Viewer, ids: list[int]) -> None:
    act(
        rt,
        lambda session: [crm_plan.is_there(session, viewer, one, now=rt.now()) for one in ids],
        done=lambda done: f"{words.counted(len(done), 'record')} are taken as written there.",
    )
