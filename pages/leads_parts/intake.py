"""A file put in: upload, mapping of columns shown and corrected, preview, start."""

from typing import Any

import pandas as pd
import streamlit as st

from core.domain.access import Act, Viewer
from core.intake.columns import FIELDS
from core.queries import campaigns, imports
from core.runtime import Runtime
from db.session import reading
from pages.leads_parts import intake_result
from pages.ui import filters, importing, tables, words
from pages.ui.again import again
from pages.ui.page import empty, refused

KINDS = ["csv", "tsv", "txt", "xlsx", "xls"]
CUSTOM = "Keep as a custom field"
POLICIES = {
    "fill": "Fill what is empty",
    "overwrite": "Overwrite with the file",
    "skip": "Leave them as they are",
}


def draw(rt: Runtime, viewer: Viewer) -> None:
    """A new file on top, then how it does, then the files before it."""
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
        known = dict(campaigns.names(session, viewer))
    if not known:
        empty("Leads go into a campaign. There is none yet.", "Make one", to="campaigns.py")
        return
    campaign_id, policy, upload = _chosen(known)
    if upload is None:
        st.caption("Nothing is stored before you have seen what the file would do.")
        return
    file = importing.kept(rt, upload.name, upload.getvalue())
    first = importing.preview(rt, viewer, campaign_id, file, mapping=None, policy=policy)
    if first is None:
        return
    mapping = _mapping(first, file.stem)
    told = first
    if mapping != dict(first.mapping):
        told = importing.preview(rt, viewer, campaign_id, file, mapping=mapping, policy=policy)
    if told is None:
        return
    _counts(told)
    _seen_before(told, viewer, rt)
    if st.button(
        f"Import {told.created + told.updated:,} leads", type="primary", icon=":material/upload:",
        key="import.start", disabled=told.rows == 0,
    ):  # fmt: skip
        batch_id = importing.start(
            rt, viewer, campaign_id, file, filename=upload.name, mapping=mapping, policy=policy
        )
        if batch_id is not None:
            filters.put(batch=batch_id)
            again(sentence="The import has begun. You can leave this page.")


def _seen_before(told: Any, viewer: Viewer, rt: Runtime) -> None:
    if told.again is not None:
        when = words.moment(told.again, viewer, rt.now())
        st.info(
            f"The same file was put in {when}. Nobody is added twice.",
            icon=":material/content_copy:",
        )


def _chosen(known: dict[int, str]) -> tuple[int, str, Any]:
    """Campaign, what to do with people known already, and the file."""
    left, right = st.columns([2, 3], gap="medium")
    with left:
        given = filters.whole("campaign")
        ids = list(known)
        campaign_id = st.selectbox(
            "Into the campaign", ids, index=ids.index(given) if given in ids else 0,
            format_func=lambda i: known.get(i, ""), key="import.campaign",
        )  # fmt: skip
        policy = st.selectbox(
            "For people we know already", list(POLICIES),
            format_func=lambda p: POLICIES[p], key="import.policy",
        )  # fmt: skip
    with right:
        upload = st.file_uploader("A list of people (CSV, TSV or Excel)", KINDS, key="import.file")
    return campaign_id, policy, upload


def _mapping(told: Any, key: str) -> dict[str, str | None]:
    """The columns of the file with sample values; each may be put to another field."""
    labels = {field: field.replace("_", " ").capitalize() for field in FIELDS}
    fields = {label: field for field, label in labels.items()}
    frame = pd.DataFrame(
        {
            "Column": list(told.headings),
            "Such as": [
                ", ".join(x for x in told.samples.get(h, ()) if x)[:120] for h in told.headings
            ],
            "Becomes": [labels.get(told.mapping.get(h) or "", CUSTOM) for h in told.headings],
            "Sure": [100 * told.confidence.get(h, 0.0) for h in told.headings],
        }
    )
    st.markdown("**Columns** :gray[Correct what was taken for the wrong thing]")
    shown = st.data_editor(
        frame,
        hide_index=True,
        row_height=tables.ROW_HEIGHT,
        height=min(360, 38 + tables.ROW_HEIGHT * len(frame)),
        disabled=["Column", "Such as", "Sure"],
        column_config={
            "Becomes": st.column_config.SelectboxColumn(options=[CUSTOM, *fields], required=True),
            "Sure": st.column_config.ProgressColumn(
                format="%.0f%%", min_value=0, max_value=100, width="small"
            ),
        },
        key=f"import.mapping.{key}",
    )
    return {
        heading: fields.get(label)
        for heading, label in zip(told.headings, shown["Becomes"], strict=True)
    }


def _counts(told: Any) -> None:
    pairs = (
        ("Rows", told.rows), ("New", told.created), ("Updated", told.updated),
        ("Duplicates", told.duplicates), ("Suppressed", told.suppressed),
        ("Rejected", told.rejected),
    )  # fmt: skip
    with st.container(horizontal=True, gap="small"):
        for label, value in pairs:
            st.metric(label, words.number(value), border=True, width=130)
    if told.warning:
        st.warning(words.text(told.warning), icon=":material/warning:")
    if told.rejects:
        with st.expander(f"{words.number(told.rejected)} rows cannot be taken, and why"):
            tables.table(
                told.rejects,
                [
                    tables.number("Row", lambda r: r.row_no, width=70),
                    tables.text("Why", lambda r: r.reason, width=280),
                    tables.text("Row in the file", lambda r: " · ".join(r.cells)),
                ],
                key="import.rejects",
            )
