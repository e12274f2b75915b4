"""Campaigns against their targets."""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from core.queries.figures import Target
from pages.ui import words


def draw(targets: Sequence[Target], today: date) -> None:
    """One bar a target, with what is missing and by when."""
    st.subheader("Campaigns against target", anchor=False)
    with st.container(border=True, gap="xsmall"):
        if not targets:
            st.markdown(":gray[No running campaign has a target yet.]")
            st.page_link("campaigns.py", label="Set one", icon=":material/flag:")
        for target in targets:
            due = f" by {words.day(target.due_on, today)}" if target.due_on else ""
            label = f"{target.actual:,} of {target.value:,} {words.label(target.metric).lower()}"
            name = words.text(target.campaign)
            st.progress(min(1.0, target.actual / target.value), f"**{name}**  \n{label}{due}")
