"""What the theme's settings cannot say: in the dark theme the accent is light, so that it can be
read as text, and the white words that Streamlit puts on a primary button cannot (2.7:1).
"""

import streamlit as st

# the dark ground's own colour on the accent: 6.8:1
DARK_WORDS = """<style>
:is(button, a):is([kind="primary"], [kind="primaryFormSubmit"]):not(:disabled),
:is(button, a):is([kind="primary"], [kind="primaryFormSubmit"]):not(:disabled) * {
  color: #12151C !important;
}
</style>"""


def draw() -> None:
    """Once a page, before anything else is drawn."""
    if st.context.theme.type == "dark":
        st.html(DARK_WORDS)
