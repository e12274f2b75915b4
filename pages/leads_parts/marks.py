"""Tags, lists and own fields of the clients in sight: what there is, new ones, changes."""

import streamlit as st

from core.domain.access import Act, Viewer
from core.queries import marks
from core.queries.marks import Mark
from core.runtime import Runtime
from core.services import lists, tags
from db.session import reading
from pages.leads_parts import own_fields
from pages.ui import filters, forms, tables, words
from pages.ui.actions import act
from pages.ui.again import again

PARTS = {"lists": "Lists", "tags": "Tags", "fields": "Fields"}


def draw(rt: Runtime, viewer: Viewer) -> None:
    """Three faces; only the chosen one is drawn."""
    part = filters.tabs("part", PARTS)
    {"lists": _lists, "tags": _tags, "fields": own_fields.draw}[part](rt, viewer)


def _lists(rt: Runtime, viewer: Viewer) -> None:
    with reading(rt.sessions) as session:
        found = marks.lists(session, viewer, sizes=True)
    st.caption("A list holds the leads that people put on it, and no others.")
    chosen = _marks(found, "list", viewer)
    if viewer.may(Act.EDIT_LEADS):
        if chosen is not None:
            _list(rt, viewer, chosen)
        _new(rt, viewer, "list")


def _tags(rt: Runtime, viewer: Viewer) -> None:
    with reading(rt.sessions) as session:
        found = marks.tags(session, viewer, sizes=True)
    st.caption("A tag is on the person, so it holds in every campaign; rules of routing see it.")
    chosen = _marks(found, "tags", viewer)
    if viewer.may(Act.EDIT_LEADS):
        if chosen is not None and chosen.size is not None and not chosen.size.number:
            st.button(
                f"Remove {words.text(chosen.name)}", icon=":material/delete:",
                key="marks.tag.remove", on_click=_remove_tag, args=(rt, viewer, chosen),
            )  # fmt: skip
        _new(rt, viewer, "tag")


def _marks(found: tuple[Mark, ...], name: str, viewer: Viewer) -> Mark | None:
    """The table; the chosen row can be seen in the list of leads."""
    if not found:
        st.caption("There is none yet.")
        return None
    whose = [] if viewer.focus else [tables.text("Client", lambda one: one.client, width=160)]
    chosen = tables.table(
        found,
        [
            tables.text("Name", lambda one: one.name, width=280),
            *whose,
            tables.text("Leads" if name == "list" else "People", lambda one: one.size, width=110),
        ],
        key=f"marks.{name}.table",
        select=True,
        alt=f"Table of {PARTS['lists' if name == 'list' else 'tags'].lower()}",
    )
    if chosen is not None:
        st.page_link(
            "leads.py", label=f"Show the leads of {words.text(chosen.name)}",
            icon=":material/group:", query_params={name: str(chosen.id)},
        )  # fmt: skip
    return chosen


def _list(rt: Runtime, viewer: Viewer, one: Mark) -> None:
    with st.container(horizontal=True, gap="xsmall"):
        with st.popover("Rename", icon=":material/edit:"), st.form("marks.list", border=False):
            name = st.text_input("Name", value=one.name, key=f"marks.list.{one.id}.name")
            if st.form_submit_button("Rename", type="primary"):
                done = act(
                    rt,
                    lambda s: lists.rename(
                        s, viewer, one.id, name, version=one.version, now=rt.now()
                    ),
                )
                again(done, "The list has its new name.")
        forms.confirm(
            "Remove", f"{words.text(one.name)} goes; its leads stay what they are.", "Remove it",
            _remove_list, rt, viewer, one, key="marks.list.remove", icon=":material/delete:",
        )  # fmt: skip


def _remove_list(rt: Runtime, viewer: Viewer, one: Mark) -> None:
    act(
        rt,
        lambda s: lists.remove(s, viewer, one.id, now=rt.now()),
        done=f"The list {one.name} is gone.",
    )


def _remove_tag(rt: Runtime, viewer: Viewer, one: Mark) -> None:
    act(
        rt,
        lambda s: tags.remove(s, viewer, one.id, now=rt.now()),
        done=f"The tag {one.name} is gone.",
    )


def _new(rt: Runtime, viewer: Viewer, kind: str) -> None:
    make = lists.create if kind == "list" else tags.tag
    with (
        st.popover(f"New {kind}", icon=":material/add:"),
        st.form(f"marks.{kind}.new", border=False),
    ):
        client_id = own_fields.client_of(rt, viewer, kind)
        name = st.text_input("Name", key=f"marks.{kind}.new.name")
        if st.form_submit_button("Make it", type="primary") and client_id is not None:
            done = act(rt, lambda s: make(s, viewer, client_id, name, now=rt.now()))
            again(done, f"{name.strip()} is there.")
