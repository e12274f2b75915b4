"""What needs a person, worst first."""

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from core.domain.access import Viewer
from core.queries.health import AlarmRow
from pages.ui import links, words
from pages.ui.page import empty


def draw(alarms: Sequence[AlarmRow], viewer: Viewer, now: datetime) -> None:
    """One card an alarm: what, since when, what to do, the way there."""
    if not alarms:
        empty("No alarm is open.", icon="check_circle")
        return
    for alarm in alarms:
        act = alarm.severity == "act"
        with st.container(border=True, gap="xsmall"):
            badge = ":red-badge[Act]" if act else ":orange-badge[Watch]"
            client = f" · {words.text(alarm.client)}" if alarm.client else ""
            st.markdown(f"{badge} **{words.text(alarm.title)}**")
            st.markdown(words.text(alarm.advice))
            st.caption(f"Since {words.moment(alarm.since, viewer, now)}{client}")
            page, query = links.of_alarm(alarm, viewer)
            if query or page != "provider_health.py":
                st.page_link(
                    page, label="Go there", icon=":material/arrow_forward:", query_params=query
                )
