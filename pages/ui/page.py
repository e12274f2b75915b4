"""How every page begins, and what is said when there is nothing to show.

    rt, viewer = open_page("Review queue", "3 of 42 · oldest waits 2 h")
    with actions():                       # right of the title: two or three buttons, one primary
        st.button("Import leads", …)

`open_page` checks by itself that somebody is signed in: no page may rely on the frame for that.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.domain.access import Act, Viewer
from core.runtime import Runtime
from pages.ui import signin
from pages.ui.running import runtime
from pages.ui.words import text

_FLASH = "ui.flash"
_DRAWING = "ui.drawing"
_ACTIONS = "ui.actions"

__all__ = [
    "actions",
    "drawing",
    "drawing_part",
    "empty",
    "flash",
    "go",
    "headline",
    "open_page",
    "refused",
    "runtime",
    "stop",
    "waits",
]


def open_page(title: str = "", caption: str = "", *, act: Act = Act.READ) -> tuple[Runtime, Viewer]:
    """The runtime and the viewer, after the title row and whatever an action left to say.

    Stops the page where nobody is signed in, or where the role may not do `act`. Without a title
    the page calls `headline` itself, once it knows what it shows.
    """
    rt = runtime()
    found = signin.current(rt)
    if found is None or found.must_change_password:
        st.error("Sign in to see this page.", icon=":material/lock:")
        st.stop()
    if title:
        headline(title, caption)
    if not found.viewer.may(act):
        refused("Your role does not include this page. Ask an admin if you need it.")
    return rt, found.viewer


def actions() -> DeltaGenerator:
    """The place right of the title: `with actions(): st.button(…)`."""
    place = st.session_state[_ACTIONS]
    assert isinstance(place, DeltaGenerator)  # noqa: S101 - put there by open_page
    return place


def empty(
    sentence: str,
    button: str = "",
    *,
    to: str = "",
    query: Mapping[str, Any] | None = None,
    icon: str = "inbox",
) -> None:
    """An empty list: one sentence, one button. `to` is a page's file ("leads.py"), `query` its
    URL's parameters.
    """
    with st.container(border=True, horizontal_alignment="center", gap="small"):
        st.space("small")
        st.markdown(f":material/{icon}:", width="content")
        st.markdown(f":gray[{text(sentence)}]", width="content")
        if button:
            st.page_link(
                to,
                label=button,
                icon=":material/arrow_forward:",
                query_params=_texts(query),
            )
        st.space("small")


def go(page: str, **query: Any) -> None:
    """Leaves for another page ("leads.py") with these parameters in its URL."""
    st.switch_page(page, query_params=_texts(query))


def refused(sentence: str) -> None:
    """One red sentence in place of the page: for what does not exist or is not the viewer's."""
    st.error(text(sentence), icon=":material/error:")
    st.stop()


def stop(sentence: str, button: str, *, to: str) -> None:
    """One sentence and the way back, and nothing else of the page."""
    empty(sentence, button, to=to, icon="search_off")
    st.stop()


def flash(kind: str, sentence: str) -> None:
    """Says it now if the page is being drawn, else (in a callback) as soon as it is.

    kind: "done" (a toast), "error" (a red line that stays), "watch" (an orange one).
    """
    if st.session_state.get(_DRAWING):
        _say(kind, sentence)
    else:
        st.session_state.setdefault(_FLASH, []).append((kind, sentence))


def waits() -> bool:
    """Whether something is left to be said when the whole page is drawn: a part drawn alone, whose
    buttons did something, asks for that.
    """
    return bool(st.session_state.get(_FLASH))


@contextmanager
def drawing() -> Iterator[None]:
    """Around the drawing of a whole page: outside of it, flashes wait."""
    st.session_state[_DRAWING] = False
    try:
        yield
    finally:
        st.session_state[_DRAWING] = False


@contextmanager
def drawing_part() -> Iterator[None]:
    """Around what may be drawn anew alone, as a dialog is: what was left to say is said in it."""
    before = st.session_state.get(_DRAWING)
    _show_flash()
    try:
        yield
    finally:
        st.session_state[_DRAWING] = before


def headline(title: str, caption: str = "", *, chip: str = "") -> None:
    """The title row (`chip` is markdown beside it), then what an action left to say."""
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        with st.container(
            horizontal=True, width="content", gap="small", vertical_alignment="center"
        ):
            st.title(text(title), anchor=False, width="content")
            if chip:
                st.markdown(chip, width="content")
        st.session_state[_ACTIONS] = st.container(
            horizontal=True, horizontal_alignment="right", width="content", gap="xsmall"
        )
    if caption:
        st.caption(caption)
    _show_flash()


def _show_flash() -> None:
    st.session_state[_DRAWING] = True
    for kind, sentence in st.session_state.pop(_FLASH, []):
        _say(kind, sentence)


def _say(kind: str, sentence: str) -> None:
    if kind == "done":
        st.toast(text(sentence), icon=":material/check_circle:")
    elif kind == "watch":
        st.warning(text(sentence), icon=":material/warning:")
    else:
        st.error(text(sentence), icon=":material/error:")


def _texts(query: Mapping[str, Any] | None) -> dict[str, str] | None:
    given = {key: str(value) for key, value in (query or {}).items() if value is not None}
    return given or None
