"""The fields that a client adds to its contacts: what there is, new ones, changes."""

import streamlit as st

from core.domain.access import Act, Viewer
from core.domain.lists import FieldKind
from core.queries import clients, marks
from core.queries.marks import Field
from core.runtime import Runtime
from core.services import custom_fields
from db.session import reading
from pages.ui import forms, tables, words
from pages.ui.actions import act
from pages.ui.again import again


def draw(rt: Runtime, viewer: Viewer) -> None:
    """The table; the chosen one can be changed, hidden ones too."""
    with reading(rt.sessions) as session:
        found = marks.fields(session, viewer, hidden=True)
    st.caption("Columns of imported lists that we have no field for come here by themselves.")
    whose = [] if viewer.focus else [tables.text("Client", lambda f: f.client, width=160)]
    chosen = None
    if found:
        columns = [
            tables.text("Name", lambda f: f.name, width=240),
            tables.chips("Holds", FieldKind, lambda f: f.kind, width=120),
            tables.text("Choices", lambda f: ", ".join(f.choices), width=260),
            tables.text("Heading in files", lambda f: f.key, width=200),
            tables.text("Shown", lambda f: "No" if f.hidden else "Yes", width=80),
            *whose,
        ]
        chosen = tables.table(
            found, columns, key="marks.fields.table", select=True, alt="Table of own fields"
        )
    if viewer.may(Act.EDIT_LEADS):
        with st.container(horizontal=True, gap="xsmall"):
            if chosen is not None:
                _field(rt, viewer, chosen)
            _field(rt, viewer, None)


def _field(rt: Runtime, viewer: Viewer, one: Field | None) -> None:
    at = f"marks.field.{one.id if one else 'new'}"
    label = "Change" if one else "New field"
    with (
        st.popover(label, icon=":material/edit:" if one else ":material/add:"),
        st.form(at, border=False),
    ):
        client_id = one.client_id if one else client_of(rt, viewer, "field")
        kinds = list(FieldKind)
        name = st.text_input("Name", value=one.name if one else "", key=f"{at}.name")
        kind = st.selectbox(
            "Holds", kinds, index=kinds.index(one.kind) if one else 0, format_func=words.label,
            key=f"{at}.kind",
        )  # fmt: skip
        held = "\n".join(one.choices) if one else ""
        choices = forms.lines(st.text_area("Choices, one a line", value=held, key=f"{at}.choices"))
        hidden = one is not None and st.checkbox("Hide it", value=one.hidden, key=f"{at}.hidden")
        if st.form_submit_button("Keep", type="primary") and client_id is not None:
            given = {"name": name, "kind": kind, "choices": choices, "now": rt.now()}
            done = act(
                rt,
                lambda s: (
                    custom_fields.change(
                        s, viewer, one.id, hidden=hidden, version=one.version, **given
                    )
                    if one
                    else custom_fields.define(s, viewer, client_id, **given)
                ),
            )
            again(done, f"{name.strip()} is kept.")


def client_of(rt: Runtime, viewer: Viewer, kind: str) -> int | None:
    """The client of the switcher, or the one that is chosen here."""
    if viewer.focus is not None:
        return viewer.focus
    with reading(rt.sessions) as session:
        known = {one.id: one.name for one in clients.names(session, viewer)}
    return st.selectbox(
        "Client", list(known), format_func=lambda one: known[one], key=f"marks.{kind}.new.client"
    )
