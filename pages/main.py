"""The main script: the map of pages, then the sign-in or the page. app.py launches it."""

from pathlib import Path

import streamlit as st

from pages.ui import filters, frame, look, signin
from pages.ui.page import drawing, runtime

# a picture of our own: a Material icon here would be fetched from a font service
ICON = Path(__file__).with_name("static") / "icon.svg"

st.set_page_config(page_title="AICMO", page_icon=ICON, layout="wide")
page = frame.navigation()
filters.settle_address()
rt = runtime()

with drawing():
    look.draw()
    who = signin.current(rt)
    if who is None:
        signin.card(rt)
    elif who.must_change_password:
        signin.change_card(rt, who)
    else:
        with rt.telemetry.span("page", page=page.title):
            frame.draw(rt, who)
            page.run()
