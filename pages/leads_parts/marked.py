"""A lead's tags, lists and own fields, as a person edits them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import streamlit as st

from core.domain.access import Act, Viewer
from core.domain.lists import FieldKind
from core.queries import marks
from core.queries.lead_detail import LeadDetail
from core.queries.marks import Field
from core.runtime import Runtime
from core.services import custom_fields, lists, tags
from db.session import reading
from pages.ui import words
from pages.ui.actions import act
from pages.ui.again import again


def draw(rt: Runtime, viewer: Viewer, found: LeadDetail) -> None:
    """Chips, then what the client's own fields say; an editor for each where the role allows."""
    row = found.row
    chips = [f":gray-badge[:material/label: {words.text(name)}]" for name in row.tags]
    chips += [f":blue-badge[:material/list: {words.text(name)}]" for name in row.lists]
    st.markdown(" ".join(chips) if chips else ":gray[No tags, on no list.]")
    with reading(rt.sessions) as session:
        every = marks.fields(session, viewer, client_id=found.client_id, hidden=True)
    _said(every, row.custom)
    fields = [field for field in every if not field.hidden]
    if not viewer.may(Act.EDIT_LEADS):
        return
    with st.container(horizontal=True, gap="xsmall"):
        _tags(rt, viewer, found)
        _lists(rt, viewer, found)
        if fields:
            _field(rt, viewer, found, {field.id: field for field in fields})


def _said(fields: tuple[Field, ...], custom: Mapping[str, Any]) -> None:
    """Every value that is known, under the field's name, and what a list said beside its fields;
    those of hidden fields are not shown.
    """
    given = {field.key: field.name for field in fields if not field.hidden}
    beside = {key: key for key in custom if key not in {field.key for field in fields}}
    lines = [
        f":gray[{words.text(name)}] {words.text(_shown(custom[key]))}"
        for key, name in {**given, **beside}.items()
        if custom.get(key) not in (None, "")
    ]
    if lines:
        st.markdown("  \n".join(lines))


def _shown(value: Any) -> Any:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return words.number(value) if isinstance(value, int | float) else value


def _tags(rt: Runtime, viewer: Viewer, found: LeadDetail) -> None:
    with reading(rt.sessions) as session:
        known = [t.name for t in marks.tags(session, viewer) if t.client_id == found.client_id]
    held = list(found.row.tags)
    with st.popover("Tags", icon=":material/label:"), st.form("lead.tags", border=False):
        names = st.multiselect(
            "Tags of the person, in every campaign", list(dict.fromkeys([*held, *known])),
            default=held, accept_new_options=True, key="lead.tags.names",
            placeholder="Choose, or type a new one",
        )  # fmt: skip
        if st.form_submit_button("Keep", type="primary"):
            done = act(
                rt,
                lambda s: tags.put(
                    s, viewer, found.contact_id, names, version=found.contact_version,
                    lead_id=found.row.lead_id, now=rt.now(),
                ),
            )  # fmt: skip
            again(done, "The tags are kept.")


def _lists(rt: Runtime, viewer: Viewer, found: LeadDetail) -> None:
    with reading(rt.sessions) as session:
        mine = [one for one in marks.lists(session, viewer) if one.client_id == found.client_id]
    known = {one.id: one.name for one in mine}
    held = [one.id for one in mine if one.name in found.row.lists]
    with st.popover("Lists", icon=":material/list:"), st.form("lead.lists", border=False):
        if not known:
            st.markdown("There is no list yet. Make one under *Tags, lists and fields*.")
        ids = st.multiselect(
            "On the lists", list(known), default=held, format_func=lambda one: known[one],
            key="lead.lists.ids",
        )  # fmt: skip
        if st.form_submit_button("Keep", type="primary", disabled=not known):
            done = act(
                rt,
                lambda s: lists.put(
                    s, viewer, found.row.lead_id, ids, version=found.row.version, now=rt.now()
                ),
            )
            again(done, "The lists are kept.")


def _field(rt: Runtime, viewer: Viewer, found: LeadDetail, fields: Mapping[int, Field]) -> None:
    with st.popover("Fields", icon=":material/edit_note:"):
        field_id = st.selectbox(
            "Field", list(fields), format_func=lambda one: fields[one].name, key="lead.field"
        )
        field = fields[field_id]
        with st.form("lead.field.value", border=False):
            text = _value(field, found.row.custom.get(field.key))
            if st.form_submit_button("Keep", type="primary"):
                done = act(
                    rt,
                    lambda s: custom_fields.put(
                        s, viewer, found.contact_id, field.id, text,
                        version=found.contact_version, lead_id=found.row.lead_id, now=rt.now(),
                    ),
                )  # fmt: skip
                again(done, f"{field.name} is kept.")


def _value(field: Field, held: Any) -> str:
    """The widget that suits the kind; gives text, "" for nothing."""
    key = f"lead.field.{field.id}"
    if field.kind is FieldKind.YES_NO:
        at = {True: "yes", False: "no"}.get(held, "") if isinstance(held, bool) else ""
        return st.radio(
            "Value", ["yes", "no", ""], index=["yes", "no", ""].index(at), key=key,
            format_func=lambda one: one.capitalize() or "Not known", horizontal=True,
        )  # fmt: skip
    if field.kind is FieldKind.CHOICE and field.choices:
        options = ["", *field.choices]
        index = options.index(held) if held in options else 0
        return st.selectbox(
            "Value", options, index=index, key=key, format_func=lambda one: one or "Nothing"
        )
    if field.kind is FieldKind.DATE and (held is None or _is_day(held)):
        day = st.date_input("Value", value=date.fromisoformat(held) if held else None, key=key)
        return day.isoformat() if day else ""
    return st.text_input("Value", value="" if held is None else str(held), key=key)


def _is_day(held: Any) -> bool:
    try:
        return bool(date.fromisoformat(str(held)))
    except ValueError:
        return False
