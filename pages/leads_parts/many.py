"""What is done to many leads: to all that fit the filters, or to those that are ticked."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from core.domain.access import Viewer
from core.domain.lists import BulkAct
from core.domain.states import LeadState, SuppressionReason
from core.queries import marks, users
from core.queries.lead_filters import LeadFilter
from core.queries.leads import LeadRow
from core.queries.paging import Count
from core.runtime import Runtime
from core.services import bulk_jobs
from db.session import reading
from pages.leads_parts import narrowing
from pages.ui import bulk, tables, words
from pages.ui.again import again

FILES = {"csv": "CSV", "xlsx": "Excel"}
WHY = (SuppressionReason.MANUAL, SuppressionReason.OPT_OUT, SuppressionReason.LEFT_COMPANY)
Params = dict[str, Any]


def draw(
    rt: Runtime,
    viewer: Viewer,
    wanted: LeadFilter,
    total: Count | None,
    ticked: Sequence[LeadRow],
    columns: Sequence[str],
) -> None:
    """One line: how many, what, and the button: for those that are ticked, or for the whole result
    where that is chosen.
    """
    acts = [one for one in BulkAct if viewer.may(bulk_jobs.NEEDS[one])]
    chosen = replace(wanted, picked=tuple(row.lead_id for row in ticked)) if ticked else wanted
    with st.container(border=True, key="leads.many.bar"):
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            meant = tables.meant(len(ticked), total, of=wanted, key="leads.many.all")
            what = st.selectbox(
                "What", acts, format_func=words.label, key="leads.many.act", width=180,
                label_visibility="collapsed",
            )  # fmt: skip
            params = _ASKS[what](rt, viewer, columns)
            pressed = st.button(
                f"{words.label(what)} {meant}", key="leads.many.begin", type="primary",
                icon=words.icon(what), disabled=not meant,
            )  # fmt: skip
        if what is BulkAct.SUPPRESS:
            st.caption("Nothing is sent to them any more. Only an admin can take that back.")
        elif not meant:
            st.caption("Tick leads, or choose all that match.")
        elif what is BulkAct.EXPORT:
            st.caption(
                "The columns of the list, and always name, e-mail, company, title, phone, country "
                "and own fields."
            )
        elif not ticked:
            st.caption("It goes on when you leave this page.")
    if pressed:
        again(bulk.begin(rt, viewer, what, chosen, params))


def _tag(rt: Runtime, viewer: Viewer, _columns: Sequence[str]) -> Params:
    with reading(rt.sessions) as session:
        names = list(dict.fromkeys(one.name for one in marks.tags(session, viewer)))
    name = st.selectbox(
        "Tag", names, index=None, accept_new_options=True, key="leads.many.tag", width=240,
        placeholder="Choose a tag, or type a new one", label_visibility="collapsed",
    )  # fmt: skip
    return {"name": name or ""}


def _list(rt: Runtime, viewer: Viewer, _columns: Sequence[str]) -> Params:
    with reading(rt.sessions) as session:
        known = narrowing.named(marks.lists(session, viewer), viewer)
    if not known:
        st.page_link(
            "leads.py", label="Make a list first", icon=":material/playlist_add:",
            query_params={"view": "marks"},
        )  # fmt: skip
        return {}
    list_id = st.selectbox(
        "List", list(known), format_func=lambda one: known[one], key="leads.many.list", width=240,
        label_visibility="collapsed",
    )  # fmt: skip
    return {"list_id": int(list_id)}


def _owner(rt: Runtime, viewer: Viewer, _columns: Sequence[str]) -> Params:
    with reading(rt.sessions) as session:
        people: Mapping[int, str] = {0: "Nobody", **dict(users.owners(session, viewer))}
    owner_id = st.selectbox(
        "To", list(people), format_func=lambda one: people[one], key="leads.many.owner", width=240,
        label_visibility="collapsed",
    )  # fmt: skip
    return {"owner_id": owner_id or None}


def _move(_rt: Runtime, _viewer: Viewer, _columns: Sequence[str]) -> Params:
    to = st.selectbox(
        "To", bulk_jobs.MOVES, format_func=words.label, key="leads.many.to", width=140,
        label_visibility="collapsed",
    )  # fmt: skip
    reason = st.text_input(
        "Reason", placeholder="Reason, kept in the history", key="leads.many.reason", width=260,
        label_visibility="collapsed",
    )  # fmt: skip
    return {"to": str(LeadState(to)), "reason": reason}


def _suppress(_rt: Runtime, _viewer: Viewer, _columns: Sequence[str]) -> Params:
    why = st.selectbox(
        "Why", WHY, format_func=words.label, key="leads.many.why", width=200,
        label_visibility="collapsed",
    )  # fmt: skip
    return {"reason": str(why)}


def _file(_rt: Runtime, _viewer: Viewer, columns: Sequence[str]) -> Params:
    kind = st.selectbox(
        "As", list(FILES), format_func=lambda one: FILES[one], key="leads.many.file", width=120,
        label_visibility="collapsed",
    )  # fmt: skip
    return {"format": kind, "columns": list(columns)}


_ASKS: Mapping[BulkAct, Callable[[Runtime, Viewer, Sequence[str]], Params]] = {
    BulkAct.TAG: _tag,
    BulkAct.UNTAG: _tag,
    BulkAct.LIST: _list,
    BulkAct.UNLIST: _list,
    BulkAct.ASSIGN: _owner,
    BulkAct.MOVE: _move,
    BulkAct.SUPPRESS: _suppress,
    BulkAct.EXPORT: _file,
}
