"""Which column is which field: guessed, as saved for the source, or as a person says."""

from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from core.domain.access import Viewer
from core.intake import encodings
from core.intake.columns import FIELDS, LEFT_OUT
from core.queries import mappings as saved_mappings
from core.queries.mappings import SavedRow
from core.runtime import Runtime
from core.services import mappings
from db.session import reading
from pages.ui import importing, tables, words
from pages.ui.actions import act
from pages.ui.again import written
from pages.ui.importing import Order

Mapping = dict[str, str | None]
CUSTOM = "Keep as a custom field"
LABELS = {
    LEFT_OUT: "Leave this column out",
    **{field: field.replace("_", " ").capitalize() for field in FIELDS},
}


def encoded(rt: Runtime, viewer: Viewer, order: Order, first: Any) -> tuple[Order, Any]:
    """The order with the encoding that a person chose, and what the list would do by it: None
    after a red sentence.
    """
    found = encodings.choice(first.sheet.encoding)
    left, right = st.columns([2, 3], gap="medium", vertical_alignment="bottom")
    with left:
        chosen = st.selectbox(
            "Text encoding", list(dict.fromkeys((found, *encodings.CHOICES))),
            format_func=lambda e: f"{encodings.CHOICES.get(e, e)}{', found' * (e == found)}",
            key=f"import.encoding.{order.file.stem}",
            help="How the file writes its letters. Choose another where names look wrong.",
        )  # fmt: skip
    if chosen != found:
        order = replace(order, encoding=chosen)
        first = importing.preview(rt, viewer, order)
    if first is not None and first.letters:
        with right:
            st.caption("Read like this: " + " · ".join(map(words.text, first.letters)))
    return order, first


def draw(rt: Runtime, viewer: Viewer, order: Order, first: Any) -> tuple[Mapping, Any, bool]:
    """The columns with samples, to be corrected: the mapping, what the list would do by it, and
    whether it can be meant (after a red sentence the figures are those without the corrections).
    """
    with reading(rt.sessions) as session:
        saved = saved_mappings.fitting(session, viewer, order.campaign_id, first.headings)
    shown = first
    if saved is not None and _wanted(rt, viewer, order, saved):
        shown = importing.preview(rt, viewer, order, saved.columns) or first
    mapping = _table(
        shown, f"{order.file.stem}.{order.encoding}.{'guess' if shown is first else 'saved'}"
    )
    told = shown
    if mapping != dict(shown.mapping):
        told = importing.preview(rt, viewer, order, mapping)
    if first.sheet.titled:
        _keep(rt, viewer, order, first, mapping)
    return mapping, told or shown, told is not None


def _wanted(rt: Runtime, viewer: Viewer, order: Order, saved: SavedRow) -> bool:
    """Whether the saved mapping is to be used: it is offered, not forced."""
    by = f"by {words.text(saved.by)}, " if saved.by else ""
    when = words.moment(saved.at, viewer, rt.now())
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        use = st.toggle(
            f"Read it as {words.text(saved.name)} (saved {by}{when})",
            key=f"import.saved.{order.file.stem}.{saved.mapping_id}",
        )
        st.button(
            "Forget it", key="import.forget", icon=":material/delete:", type="tertiary",
            on_click=act, args=(
                rt,
                lambda session: mappings.forget(session, viewer, saved.mapping_id, now=rt.now()),
            ),
            kwargs={"done": "The saved mapping is forgotten."},
        )  # fmt: skip
    return bool(use)


def _table(shown: Any, key: str) -> Mapping:
    fields = {label: field for field, label in LABELS.items()}
    frame = pd.DataFrame(
        {
            "Column": list(shown.headings),
            "Such as": [
                ", ".join(x for x in shown.samples.get(h, ()) if x)[:120] for h in shown.headings
            ],
            "Becomes": [LABELS.get(shown.mapping.get(h) or "", CUSTOM) for h in shown.headings],
            "Sure": [100 * shown.confidence.get(h, 0.0) or None for h in shown.headings],
        }
    )
    st.markdown("**Columns** :gray[Correct what was taken for the wrong thing]")
    edited = st.data_editor(
        frame,
        hide_index=True,
        row_height=tables.ROW_HEIGHT,
        height=min(363, 3 + tables.ROW_HEIGHT * (len(frame) + 1)),
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
        for heading, label in zip(shown.headings, edited["Becomes"], strict=True)
    }


def _keep(rt: Runtime, viewer: Viewer, order: Order, first: Any, mapping: Mapping) -> None:
    """The mapping kept for the next list of this source."""

    def keep() -> None:
        act(
            rt,
            lambda session: mappings.save(
                session, viewer, order.campaign_id, first.sheet, mapping,
                name=written("import.keep.name"), now=rt.now(),
            ),
            done=lambda one: f"Lists with these headings can be read as {one.name} from now on.",
        )  # fmt: skip

    with st.popover("Keep for this source", icon=":material/bookmark:"):
        st.markdown("The next list with the same headings is offered to be read like this one.")
        with st.form("import.keep", border=False):
            st.text_input("Name of the source", order.name.rpartition(".")[0] or order.name,
                          max_chars=mappings.LONGEST, key="import.keep.name")  # fmt: skip
            st.form_submit_button("Keep it", on_click=keep)
