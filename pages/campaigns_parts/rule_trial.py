"""What a rule of approval would do, beside its form: how many pass, and why no more."""

from typing import Any

import streamlit as st

from core.domain.access import Viewer
from core.runtime import Runtime
from core.services import approval_trial
from core.services.approval_trial import Trial
from pages.ui import words
from pages.ui.actions import look

SHOWN = 6  # reasons


def draw(rt: Runtime, viewer: Viewer, campaign_id: int, rule: dict[str, Any]) -> None:
    """Nothing is kept: the rule is tried on the leads that are in review now."""
    st.markdown("**What this rule would do**")
    asked = rule["conditions"]
    if not asked or any(one.get("value", "-") in ("", []) for one in asked):
        st.caption("Fill in a condition, and this shows whom of those in review it lets pass.")
        return
    told = look(rt, lambda session: approval_trial.preview(session, viewer, campaign_id, rule))
    if told is not None:
        _told(told)


def _told(told: Trial) -> None:
    if not told.looked_at:
        st.markdown("Nobody of this campaign is in review now.")
        return
    many = words.counted(told.looked_at, "lead")
    st.markdown(f"**{words.number(told.passed)} of {many}** in review would have been approved.")
    if told.looked_at < told.of:
        st.caption(f"The oldest of {words.number(told.of)} that wait are looked at.")
    for one in told.examples:
        company = f" · {words.text(one.company)}" if one.company else ""
        st.markdown(f"**{words.text(one.name)}**{company}  \n:gray[{words.text(one.waits_for)}]")
    if told.left:
        others = words.number(told.looked_at - told.passed)
        st.markdown(f"**{others} would still wait**")
        st.markdown(
            "\n".join(
                f"- {words.text(why)}: {words.number(many)}" for why, many in told.left[:SHOWN]
            )
        )
    st.caption(
        "The rule holds for leads that come from now on. Those in review stay there until "
        "somebody decides."
    )
