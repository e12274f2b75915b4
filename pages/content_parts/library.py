"""Sequences with their wordings: read, copied from the library, changed with a preview beside."""

import streamlit as st

from core.domain import templates
from core.domain.access import Act, Viewer
from core.queries import clients, sequences
from core.queries.sequences import SequenceRow, StepRow, WordingRow
from core.runtime import Runtime
from core.services import sequences as service
from db.session import reading
from pages.content_parts import preview
from pages.ui import filters, words
from pages.ui.actions import act
from pages.ui.page import empty

DAY = 86_400  # seconds


def draw(rt: Runtime, viewer: Viewer) -> None:
    """A choice of sequence, then its steps."""
    with reading(rt.sessions) as session:
        known = sequences.available(session, viewer)
    if not known:
        empty(
            "No sequence is here yet. The library of four comes with `python -m core migrate`.",
            icon="linear_scale",
        )
        return
    names = {str(row.id): f"{row.client or 'Library'} · {row.name}" for row in known}
    with filters.row():
        chosen = filters.choice("sequence", "Sequence", names, every="", width=420)
    row = next((row for row in known if str(row.id) == chosen), known[0])
    _head(rt, viewer, row)
    for step in row.steps:
        _step(rt, viewer, row, step)


def _head(rt: Runtime, viewer: Viewer, row: SequenceRow) -> None:
    marks = [words.chip(row.tier)] if row.tier else []
    marks += [] if row.client_id else [":gray-badge[Library]"]
    st.header(f"{words.text(row.name)} {' '.join(marks)}", anchor=False)
    over = f" over {words.duration(DAY * row.days)}" if row.days else ""
    st.caption(f"{words.counted(len(row.steps), 'step')}{over}")
    if viewer.may(Act.EDIT_CAMPAIGNS) and row.client_id is None:
        with st.popover("Copy for a client", icon=":material/content_copy:"):
            st.caption("The library stays as it is; the copy can be changed.")
            _copy(rt, viewer, row)


def _copy(rt: Runtime, viewer: Viewer, row: SequenceRow) -> None:
    with reading(rt.sessions) as session:
        known = {client.id: client.name for client in clients.names(session, viewer)}
    with st.form("content.copy", border=False):
        client_id = st.selectbox("Client", list(known), format_func=lambda one: known[one])
        sent = st.form_submit_button("Copy", type="primary", disabled=not known)
    if not sent:
        return
    made = act(
        rt,
        lambda session: service.copy(
            session, viewer, row.id, client_id=client_id, now=rt.now()
        ),
        done=lambda made: f"{made.name} is made.",
    )  # fmt: skip
    if made:
        filters.put(sequence=made.id)
        st.rerun()


def _step(rt: Runtime, viewer: Viewer, row: SequenceRow, step: StepRow) -> None:
    when = "at once" if step.position == 1 else f"{words.duration(DAY * step.delay_days)} later"
    thread = " · in the same thread" if step.same_thread and step.position > 1 else ""
    st.markdown(f"**Step {step.position}** :gray[{when}{thread}]")
    may = viewer.may(Act.EDIT_CAMPAIGNS) and row.client_id is not None
    for wording in step.wordings:
        with st.container(border=True):
            _wording(rt, viewer, wording, may)


def _wording(rt: Runtime, viewer: Viewer, wording: WordingRow, may: bool) -> None:
    key = f"content.{wording.variant_id}.{wording.version}"
    left, right = st.columns(2, gap="medium")
    with left:
        if may:
            subject = st.text_input(f"Subject {wording.label}", wording.subject, key=f"{key}.s")
            body = st.text_area("Text", wording.body, height=260, key=f"{key}.b")
            if subject != wording.subject or body != wording.body:
                st.button(
                    "Save", type="primary", key=f"{key}.save", on_click=_save,
                    args=(rt, viewer, wording, subject, body),
                )  # fmt: skip
        else:
            subject, body = wording.subject, wording.body
            st.markdown(f"**{wording.label}** · {words.text(subject)}")
            st.text(body)
    with right:
        preview.draw(rt, subject, body)
        if may:
            with st.popover("Merge fields", icon=":material/data_object:"):
                for name, meaning in templates.FIELDS.items():
                    st.markdown(f"`{{{{ {name} }}}}` {meaning}")


def _save(rt: Runtime, viewer: Viewer, wording: WordingRow, subject: str, body: str) -> None:
    act(
        rt,
        lambda session: service.edit_wording(
            session, viewer, wording.variant_id, subject=subject, body=body,
            version=wording.version, now=rt.now(),
        ),
        done="The text is saved. Messages planned from now on use it.",
    )  # fmt: skip
