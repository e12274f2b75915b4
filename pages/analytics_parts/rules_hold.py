"""Whether the rules hold: the fit that they gave against the positive replies that came."""

import streamlit as st

from core.domain.access import Viewer
from core.queries import calibration
from core.runtime import Runtime
from db.session import reading
from pages.ui import charts, figures, words


def draw(rt: Runtime, viewer: Viewer, client_id: int) -> None:
    """The picture and one sentence; nothing where too few were reached to say anything."""
    with reading(rt.sessions) as session:
        parts = calibration.by_fit(session, viewer, client_id)
    if len(parts) < 2:
        return
    st.header("Do the rules hold?", anchor=False)
    with st.container(border=True):
        said = "; ".join(f"fit {part.low} to {part.high}: {part.rate}" for part in parts)
        charts.show(
            figures.by_fit(parts), alt=f"Positive replies by fit: {said}", key="prediction.rules"
        )
        reached = sum(part.rate.denominator for part in parts)
        st.caption(
            f"{words.number(reached)} leads reached last, from the lowest fit to the highest, and "
            "the share that replied positively, with 95% intervals. Rules that hold rise from left "
            "to right. Fit, not the total: a reply raises the total, which would then seem to have "
            "known."
        )
