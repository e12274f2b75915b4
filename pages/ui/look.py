"""What the theme's settings cannot say: in the dark theme the accent is light, so that it can be
read as text, and the white words that Streamlit puts on a primary button cannot (2.7:1). And the
whole page, which takes the focus so that keys scroll it, is marked at its edge: the frame that
Streamlit draws around it then cuts through the title.

A link to a page that is an act looks as a secondary button does (Streamlit draws a bare line, or a
grey pill where the page is the present one). One that is a line of a list stays a line: such a list
stands in a container whose key begins with "lines.".
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
WAY = '.stMain [data-testid="stPageLink-NavLink"]'
IN_LIST = '[class*="st-key-lines-"] *'
WAYS = f"""<style>
{WAY} :is(p, strong) {{ font-weight: 400; }}
{WAY}:is({IN_LIST}) strong {{ font-weight: 600; }}
{WAY}:is({IN_LIST}):not(:hover) {{ background-color: transparent; }}
{WAY}:not({IN_LIST}) {{
  min-height: 2.5rem;
  padding: 0.25rem 0.75rem;
  margin: 0;
  justify-content: center;
  border: 1px solid light-dark(#E4E7EC, #2A313D);
  background-color: light-dark(#FFFFFF, #181C25);
}}
.stMain [data-testid="stElementContainer"]:has(> [data-testid="stPageLink"]):not({IN_LIST}) {{
  margin: 0; /* Streamlit pulls a line of links together; a button stands level with others */
}}
{WAY}:not({IN_LIST}):hover {{
  background-color: light-dark(rgba(165, 165, 187, 0.15), rgba(164, 174, 198, 0.15));
}}
</style>"""
# a dialog hangs beside the app and does not know its scheme
BESIDE = f"""<style>
body > :not(#root) {PRIMARY}, body > :not(#root) {PRIMARY} * {{
  color: {DARK_WORDS} !important;
}}
</style>"""


def draw() -> None:
    """Once a page, before anything else is drawn."""
    st.html(WITHIN + EDGE + WAYS + (BESIDE if st.context.theme.type == "dark" else ""))
