"""The one runtime of the app, built at the first page and shared by all sessions."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from core.errors import SetupError
from core.runtime import Runtime, build

_LENT: list[Runtime] = []  # tests put their own runtime here


def runtime() -> Runtime:
    """The runtime; where the app is not set up, one sentence that says how to mend it, and an
    end.
    """
    if _LENT:
        return _LENT[-1]
    try:
        return _built()
    except SetupError as error:
        st.error(error.sentence, icon=":material/build:")
        st.stop()


@contextmanager
def lent(rt: Runtime) -> Iterator[None]:
    """Pages use this runtime for a while (tests and the launcher)."""
    _LENT.append(rt)
    try:
        yield
    finally:
        _LENT.remove(rt)


@st.cache_resource(show_spinner=False)
def _built() -> Runtime:
    return build()
