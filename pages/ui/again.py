"""A page after an act in a form: drawn anew without losing what is to be said, its box emptied."""

import streamlit as st

from pages.ui import page


def again(done: object = True, sentence: str = "", *, watch: str = "") -> None:
    """Starts the page anew and then says the sentence in a toast, and `watch` in an orange line;
    nothing where `done` is None.

    What was refused (`act` gave None) stays on the page, to be read beside the form.
    """
    if done is None:
        return
    if sentence:
        st.session_state.setdefault(page._FLASH, []).append(("done", sentence))
    if watch:
        st.session_state.setdefault(page._FLASH, []).append(("watch", watch))
    st.rerun()


def written(key: str) -> str:
    """What a text box holds, asked in the callback of its form."""
    return str(st.session_state.get(key) or "")


def emptied(key: str) -> None:
    """Empties a text box, in the callback of its form."""
    st.session_state[key] = ""
