"""The main script: the map of pages, then the sign-in or the page. app.py launches it."""

import streamlit as st

from pages.ui import frame, signin
from pages.ui.page import drawing, runtime

st.set_page_config(page_title="AICMO", page_icon=":material/hub:", layout="wide")
page = frame.navigation()
rt = runtime()

with drawing():
    who = signin.current(rt)
    if who is None:
        signin.card(rt)
    elif who.must_change_password:
        signin.change_card(rt, who)
    else:
        with rt.telemetry.span("page", page=page.title):
            frame.draw(rt, who)
            page.run()
