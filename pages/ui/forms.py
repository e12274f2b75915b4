"""Small parts of forms that several pages need."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import streamlit as st

from core.domain import windows

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@cache
def timezones() -> tuple[str, ...]:
    """All zones that people choose from, UTC first."""
    places = sorted(z for z in windows.zones() if "/" in z and not z.startswith("Etc/"))
    return ("UTC", *places)


def timezone(label: str, value: str, *, key: str) -> str:
    """A select box of time zones."""
    zones = timezones()
    index = zones.index(value) if value in zones else 0
    return str(st.selectbox(label, zones, index=index, key=key))


def taken(key: str) -> str:
    """What was typed into a field, which is empty from now on: for secrets, in a callback."""
    given = str(st.session_state.get(key, ""))
    st.session_state[key] = ""
    return given


def confirm(
    label: str,
    question: str,
    yes: str,
    do: Callable[..., Any],
    *args: Any,
    key: str,
    icon: str | None = None,
    disabled: bool = False,
) -> None:
    """A button whose act asks once more: a sentence on what will happen, then `yes` does it."""
    with st.popover(label, icon=icon, disabled=disabled):
        st.markdown(question)
        st.button(yes, key=key, type="primary", on_click=do, args=args)


def weekdays(label: str, value: Sequence[int], *, key: str) -> list[int]:
    """Days of the week as pills; 0 is Monday."""
    chosen = st.pills(
        label,
        range(7),
        default=list(value),
        format_func=lambda day: WEEKDAYS[day],
        selection_mode="multi",
        key=key,
    )
    return sorted(chosen)


def lines(value: str) -> list[str]:
    """One entry a line or comma, trimmed, without empty ones and repeats."""
    parts = [part.strip() for part in value.replace("\n", ",").split(",")]
    return list(dict.fromkeys(part for part in parts if part))
