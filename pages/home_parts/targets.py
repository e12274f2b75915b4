"""Campaigns against their targets."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby

import streamlit as st

from core.queries.figures import Target
from pages.ui import aims as shown
from pages.ui import words


def draw(targets: Sequence[Target], today: date) -> None:
    """Each campaign once, its targets under it: one bar a target, and by when."""
    st.header("Campaigns against target", anchor=False)
    with st.container(border=True, gap="xsmall"):
        # the nearest target's campaign first, each campaign's targets together
        first = {one.campaign_id: n for n, one in reversed(list(enumerate(targets)))}
        targets = sorted(targets, key=lambda one: first[one.campaign_id])
        if not targets:
            st.markdown(":gray[No running campaign has a target yet.]")
            st.page_link("campaigns.py", label="Set one", icon=":material/flag:")
        for (_, name), aims in groupby(targets, lambda one: (one.campaign_id, one.campaign)):
            st.markdown(f"**{words.text(name)}**")
            for target in aims:
                st.progress(*shown.bar(target, today))
