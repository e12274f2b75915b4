"""A signal of opportunity that a person noticed, noted on the lead."""

from datetime import UTC, datetime, time

import streamlit as st

from core.domain.access import Viewer
from core.domain.scoring import HALF_LIVES, SIGNALS
from core.runtime import Runtime
from core.services import signals as service
from pages.ui import formats
from pages.ui.actions import act
from pages.ui.again import again


def draw(rt: Runtime, viewer: Viewer, lead_id: int) -> None:
    """Kind, what was seen, when, how surely; it fades by the half-life of its kind."""
    with (
        st.popover("Add a signal", icon=":material/trending_up:"),
        st.form(f"lead.{lead_id}.signal", border=False, clear_on_submit=True),
    ):
        kind = st.selectbox(
            "The person or company", list(SIGNALS), key=f"lead.{lead_id}.signal.kind",
            format_func=lambda one: f"{SIGNALS[one][1]} (+{SIGNALS[one][0]}, half after "
            f"{HALF_LIVES[one]} days)",
        )  # fmt: skip
        detail = st.text_input("What was seen", key=f"lead.{lead_id}.signal.detail")
        today = rt.now().astimezone(formats.zone(viewer)).date()
        day = st.date_input("When", today, max_value=today, key=f"lead.{lead_id}.signal.day")
        sure = st.slider("How sure, %", 10, 100, 100, step=10, key=f"lead.{lead_id}.signal.sure")
        pressed = st.form_submit_button("Add the signal", type="primary")
    if pressed:
        seen = min(rt.now(), datetime.combine(day, time(12), tzinfo=UTC))
        done = act(
            rt,
            lambda session: service.record(
                session, viewer, lead_id, kind=kind, detail=detail, observed_at=seen,
                confidence=sure / 100, now=rt.now(),
            ),
        )  # fmt: skip
        again(done, "The signal is noted. The next run scores the lead anew.")
