"""Drawing a page anew after an act in its body (a form), without losing what is to be said."""

import streamlit as st

from pages.ui import page


def again(done: object = True, sentence: str = "") -> None:
    """Starts the page anew and then says the sentence in a toast; nothing where `done` is None.

    What was refused (`act` gave None) stays on the page, to be read beside the form.
    """
    if done is None:
        return
    if sentence:
        st.session_state.setdefault(page._FLASH, []).append(("done", sentence))
    st.rerun()
