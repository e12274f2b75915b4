"""What the theme's settings cannot say: in the dark theme the accent is light, so that it can be
read as text, and the white words that Streamlit puts on a primary button cannot (2.7:1). And the
whole page, which takes the focus so that keys scroll it, is marked at its edge: the frame that
Streamlit draws around it then cuts through the title.
"""

import streamlit as st

LIGHT_WORDS, DARK_WORDS = "#FFFFFF", "#12151C"  # the dark ground's own colour: 6.8:1 on the accent
PRIMARY = ':is(button, a):is([kind="primary"], [kind="primaryFormSubmit"]):not(:disabled)'
# by the scheme that the browser shows at the moment, which may change while a page stands still
WITHIN = f"""<style>
.stApp {PRIMARY}, .stApp {PRIMARY} * {{
  color: light-dark({LIGHT_WORDS}, {DARK_WORDS}) !important;
}}
</style>"""
EDGE = """<style>
.stApp .stMain:focus-visible::before {
  box-shadow: inset 3px 0 0 light-dark(#C9CCD6, #3A4150);
}
</style>"""
# a dialog hangs beside the app and does not know its scheme
BESIDE = f"""<style>
body > :not(#root) {PRIMARY}, body > :not(#root) {PRIMARY} * {{
  color: {DARK_WORDS} !important;
}}
</style>"""


def draw() -> None:
    """Once a page, before anything else is drawn."""
    st.html(WITHIN + EDGE + (BESIDE if st.context.theme.type == "dark" else ""))
