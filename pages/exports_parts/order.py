"""Making a deliverable: a short form; the work goes on in the background."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from core.domain.access import Act, Viewer
from core.domain.periods import NAMES, named
from core.domain.states import DeliverableKind
from core.errors import AicmoError
from core.pipeline import outputs
from core.pipeline.outputs import Order
from core.queries import campaigns
from core.queries.clients import ClientName
from core.runtime import Runtime
from core.services.deliverables import ACTS, FORMATS
from db.session import reading
from pages.ui import filters, words
from pages.ui.actions import attempt, in_background

FORMAT_WORDS = {"pdf": "PDF", "pptx": "PowerPoint", "csv": "CSV", "xlsx": "Excel"}
WHOLE = "all"
_ALL = 0


def draw(rt: Runtime, viewer: Viewer, clients: Sequence[ClientName]) -> None:
    """The form; nothing for those who make nothing."""
    kinds = [kind for kind in DeliverableKind if viewer.may(ACTS[kind])]
    if not kinds or not clients:
        return
    with st.container(border=True):
        kind, file_format, period = _what(kinds)
        left, middle, right = st.columns([3, 3, 3], vertical_alignment="bottom")
        client = left.selectbox(
            "Client", [client.id for client in clients], key="exports.order.client",
            format_func=lambda chosen: next(c.name for c in clients if c.id == chosen),
        )  # fmt: skip
        known = {_ALL: "All campaigns", **_campaigns(rt, viewer, client)}
        campaign = middle.selectbox(
            "Campaign", list(known), format_func=lambda chosen: known[chosen],
            key="exports.order.campaign",
        )  # fmt: skip
        with right.container(horizontal=True, vertical_alignment="center"):
            hidden = st.toggle(
                "Without names", key="exports.order.anonymous",
                disabled=kind is DeliverableKind.LEAD_LIST,
                help="Replies are shown without people, companies, addresses and numbers",
            )  # fmt: skip
            st.button(
                "Make", type="primary", icon=":material/auto_awesome_motion:",
                key="exports.order.make", on_click=_make,
                args=(rt, viewer, kind, file_format, period, client, campaign or None, hidden),
            )  # fmt: skip


def _what(kinds: Sequence[DeliverableKind]) -> tuple[DeliverableKind, str, str]:
    """Kind, format and period."""
    first, second, third = st.columns([3, 3, 3], vertical_alignment="bottom")
    kind = first.segmented_control(
        "What", kinds, format_func=words.label, default=kinds[0], key="exports.order.kind",
        required=True,
    )  # fmt: skip
    kind = kind or kinds[0]
    file_format = second.segmented_control(
        "Format", FORMATS[kind], format_func=lambda word: FORMAT_WORDS[word],
        default=FORMATS[kind][0], key=f"exports.order.format.{kind}", required=True,
    )  # fmt: skip
    spans = {**NAMES, WHOLE: "Whole time"}
    period = third.selectbox(
        "Period", list(spans), index=1, format_func=lambda word: spans[word],
        key="exports.order.period", disabled=kind is DeliverableKind.LEAD_LIST,
    )  # fmt: skip
    return kind, file_format or FORMATS[kind][0], period


def _campaigns(rt: Runtime, viewer: Viewer, client_id: int) -> dict[int, str]:
    with reading(rt.sessions) as session:
        return dict(campaigns.names(session, replace(viewer, focus=client_id)))


def _make(
    rt: Runtime,
    viewer: Viewer,
    kind: DeliverableKind,
    file_format: str,
    period: str,
    client_id: int,
    campaign_id: int | None,
    anonymous: bool,
) -> None:
    """Orders it at once, so that a refusal is said at once; builds it in the background."""
    now = rt.now()
    span = None if period == WHOLE else named(period, now.date())
    ordered = attempt(
        lambda: outputs.order(
            rt, viewer, kind, file_format, now=now, period=span, anonymous=anonymous,
            campaign_id=campaign_id, client_id=None if campaign_id else client_id,
        )
    )  # fmt: skip
    if ordered is not None:
        filters.put(made=ordered.id)  # the list points at it once it is there
        in_background(
            lambda: _complete(rt, viewer, ordered),
            done=f"{words.label(kind)} is being made. You can leave this page.",
        )


def _complete(rt: Runtime, viewer: Viewer, ordered: Order) -> None:
    try:
        outputs.complete(rt, viewer, ordered)
    except AicmoError:
        return  # the sentence stands with the order, where the list shows it


def may_make(viewer: Viewer) -> bool:
    """Whether the viewer makes anything at all."""
    return viewer.may(Act.MAKE_DELIVERABLES) or viewer.may(Act.EXPORT_LISTS)
