"""What is shown once after a page is drawn anew, such as a new person's password."""

import streamlit as st

_HANDED = "ui.handed"


def keep(secret: str) -> None:
    """Keeps it for the next drawing and starts that."""
    st.session_state[_HANDED] = secret
    st.rerun()


def taken() -> str:
    """What was kept, once; else nothing."""
    return str(st.session_state.pop(_HANDED, ""))
