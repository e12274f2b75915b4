"""A list put in: uploaded or pasted, its columns corrected, what it would do, begun."""

from pathlib import Path
from typing import Any

import streamlit as st

from core.domain.access import Act, Viewer
from core.domain.states import CampaignState
from core.queries import imports
from core.queries.imports import Into
from core.runtime import Runtime
from core.services.import_plan import says_opted_out
from db.session import reading
from pages.leads_parts import intake_columns, intake_preview, intake_result
from pages.ui import filters, importing, words
from pages.ui.again import again
from pages.ui.importing import Order
from pages.ui.page import empty, refused

KINDS = ["csv", "tsv", "txt", "xlsx", "xls", "ods"]
UPLOAD, PASTE = "Upload a file", "Paste a table"
PASTED = "Pasted table"
POLICIES = {
    "fill": "Fill what is empty",
    "overwrite": "Overwrite with the file",
    "skip": "Leave them as they are",
}

RESTING = {
    CampaignState.PAUSED: "This campaign is paused: nobody in the list is written to until it "
    "goes on.",
    CampaignState.FINISHED: "This campaign is finished: nobody in the list will be written to.",
}


def draw(rt: Runtime, viewer: Viewer) -> None:
    """A new list on top, or how one does; then the lists before it."""
    if not viewer.may(Act.IMPORT):
        refused("Your role may not import leads. Ask an admin if you need it.")
    batch_id = filters.whole("batch")
    if batch_id is not None:
        intake_result.progress(rt, viewer, batch_id)
    else:
        _new(rt, viewer)
    with reading(rt.sessions) as session:
        before = imports.batches(session, viewer)
    if before:
        st.header("Files so far", anchor=False)
        intake_result.history(before, viewer, rt)


def _new(rt: Runtime, viewer: Viewer) -> None:
    with reading(rt.sessions) as session:
        known = imports.into(session, viewer)
    if not known:
        empty("Leads go into a campaign. There is none yet.", "Make one", to="campaigns.py")
        return
    order = _ordered(rt, known)
    if order is None:
        st.caption("Nothing is stored before you have seen what the list would do.")
        return
    first = importing.preview(rt, viewer, order)
    if first is None:
        return
    if first.sheet.kind == "csv" and order.name != PASTED:
        order, first = intake_columns.encoded(rt, viewer, order, first)
    if first is None:
        return
    mapping, shown, sound = intake_columns.draw(rt, viewer, order, first)
    if not sound:
        st.caption("These figures are without your corrections.")
    intake_preview.draw(rt, viewer, shown)
    if sound:
        _begin(rt, viewer, order, mapping, shown)


def _begin(
    rt: Runtime, viewer: Viewer, order: Order, mapping: dict[str, str | None], shown: Any
) -> None:
    taken = shown.created + shown.updated
    label = f"Import {words.counted(taken, 'lead')}"
    if order.opted_out:
        label = f"Suppress {words.counted(shown.suppressed, 'address', 'addresses')}"
    if st.button(
        label, type="primary", icon=":material/upload:", key="import.start",
        disabled=shown.rows == 0,
    ):  # fmt: skip
        batch_id = importing.start(rt, viewer, order, mapping)
        if batch_id is not None:
            filters.put(batch=batch_id)
            again()


def _ordered(rt: Runtime, known: tuple[Into, ...]) -> Order | None:
    """Campaign, what to do with people known already, and the list; None until there is one."""
    left, right = st.columns([2, 3], gap="medium")
    with left:
        campaign_id = _campaign(known)
        policy = st.selectbox(
            "For people we know already", list(POLICIES),
            format_func=lambda p: POLICIES[p], key="import.policy",
        )  # fmt: skip
    with right:
        found = _list(rt)
    if found is None or campaign_id is None:
        return None
    name, file = found
    opted_out = st.toggle(
        "Nobody in this list may be written to",
        value=says_opted_out(name),
        key=f"import.opted_out.{file.stem}",
        help="For lists of people who unsubscribed: they are suppressed and become no leads.",
    )
    return Order(campaign_id, file, name, policy, opted_out)


def _campaign(known: tuple[Into, ...]) -> int | None:
    """Where the list goes: by itself only where leads can be used."""
    given, ids = filters.whole("campaign"), [one.campaign_id for one in known]
    names = {one.campaign_id: one.name for one in known}
    first = 0 if known[0].at_work else None
    campaign_id = st.selectbox(
        "Into the campaign", ids, index=ids.index(given) if given in ids else first,
        format_func=lambda i: names.get(i, ""), key="import.campaign",
        placeholder="Choose a campaign",
    )  # fmt: skip
    state = next((one.state for one in known if one.campaign_id == campaign_id), None)
    if state in RESTING:
        st.warning(RESTING[state], icon=":material/pause_circle:")
    return campaign_id


def _list(rt: Runtime) -> tuple[str, Path] | None:
    """(name, file) of the upload or of what was pasted."""
    way = st.segmented_control(
        "Where the list is", [UPLOAD, PASTE], default=UPLOAD, key="import.way",
        label_visibility="collapsed",
    )  # fmt: skip
    if way != PASTE:
        upload = st.file_uploader("A list of people (CSV, TSV or Excel)", KINDS, key="import.file")
        if upload is None:
            return None
        return upload.name, importing.kept(rt, upload.name, upload.getvalue())
    text = st.text_area(
        "Rows copied from a spreadsheet or a mail, with their headings", height=150,
        key="import.paste", placeholder="Email\tName\tCompany",
    )  # fmt: skip
    return (PASTED, importing.pasted(rt, text)) if text.strip() else None
