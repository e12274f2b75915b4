"""The brief of a client: what every text must be true to."""

import streamlit as st

from core.domain.access import Act, Viewer
from core.queries import briefs
from core.queries.briefs import FIELDS, BriefRow
from core.runtime import Runtime
from core.services import settings as service
from db.session import reading
from pages.ui import filters, words
from pages.ui.actions import act
from pages.ui.page import empty


def draw(rt: Runtime, viewer: Viewer) -> None:
    """A choice of client, then the form."""
    with reading(rt.sessions) as session:
        known = {row.client_id: row for row in briefs.all_rows(session, viewer)}
    if not known:
        empty("A brief belongs to a client. Add one first.", "Add a client", to="settings.py",
              query={"part": "clients"}, icon="apartment")  # fmt: skip
        return
    st.caption("What is written for a client must be true to its brief: claims, tone, no-gos.")
    with filters.row():
        names = {str(row.client_id): f"{row.client} · {row.filled} of {len(FIELDS)} answered"
                 for row in known.values()}  # fmt: skip
        chosen = filters.choice("of", "Client", names, every="", width=320)
    _form(rt, viewer, known[int(chosen)])


def _form(rt: Runtime, viewer: Viewer, row: BriefRow) -> None:
    key = f"brief.{row.client_id}.{row.version}"
    with st.form(key):
        st.markdown(f"**{words.text(row.client)}**")
        given = {
            name: st.text_area(label, row.answers.get(name, ""), height=80, key=f"{key}.{name}")
            for name, label in FIELDS.items()
        }
        saved = st.form_submit_button(
            "Save brief", type="primary", disabled=not viewer.may(Act.EDIT_CLIENTS)
        )
    if saved and act(
        rt,
        lambda session: service.put(
            session, viewer, briefs.NAME, {k: v.strip() for k, v in given.items() if v.strip()},
            client_id=row.client_id, version=row.version, now=rt.now(),
        ),
        done="The brief is saved.",
    ):  # fmt: skip
        st.rerun()
