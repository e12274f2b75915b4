"""Filters that live in the URL, so that a view can be sent to a colleague and survives a reload.

    with filters.row():
        query = filters.search("q", "Name or address")
        state = filters.choice("state", "State", words.labels(LeadState), every="All states")
        only = filters.pills("show", {"active": "Active 6", "paused": "Paused 1"})
    after = filters.value("cursor")

Each gives the stored word ("review"), never the label. The URL is the truth: a link that changes
it changes the widget. Changing a filter forgets the cursor of the pager.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

CURSOR = "cursor"


def settle_address() -> None:
    """Tells the browser the parameters that this run has, before anything is drawn.

    A link to the page one is on already changes them for the run alone: the browser keeps the old
    ones in its address, and sends those again with the next click.
    """
    st.query_params.from_dict({name: st.query_params.get_all(name) for name in st.query_params})


def row() -> DeltaGenerator:
    """One line of filters that wraps on a narrow screen."""
    return st.container(horizontal=True, vertical_alignment="bottom", gap="small")


def value(name: str, default: str = "") -> str:
    """A parameter of the URL as text."""
    return str(st.query_params.get(name, default))


def whole(name: str) -> int | None:
    """A parameter of the URL as a whole number, such as an id; None for anything else."""
    given = value(name)
    return int(given) if given.isascii() and given.isdigit() and len(given) < 19 else None


def put(**given: Any) -> None:
    """Sets parameters of the URL; None or "" takes one away."""
    for name, wanted in given.items():
        if wanted in (None, ""):
            if name in st.query_params:
                del st.query_params[name]
        elif st.query_params.get(name) != str(wanted):
            st.query_params[name] = str(wanted)


def search(name: str, placeholder: str, *, width: int = 280) -> str:
    """A search field; gives the trimmed text."""
    key = _adopt(name, value(name))
    st.text_input(
        placeholder,
        key=key,
        placeholder=placeholder,
        icon=":material/search:",
        label_visibility="collapsed",
        width=width,
        on_change=_write,
        args=(name, key),
    )
    return value(name).strip()


def choice(
    name: str, label: str, options: Mapping[str, str], *, every: str = "All", width: int = 180
) -> str:
    """A select box over stored word → label; "" stands for `every`. With every="" one of the
    options is always chosen, the first where the URL names none.
    """
    known = {"": every, **options} if every else dict(options)
    at = value(name) if value(name) in known else next(iter(known), "")
    key = _adopt(name, at)
    st.selectbox(
        label,
        list(known),
        format_func=lambda word: known.get(word, word),
        key=key,
        label_visibility="collapsed",
        width=width,
        on_change=_write,
        args=(name, key),
    )
    return at


def many(name: str, label: str, options: Mapping[str, str], *, width: int = 180) -> tuple[str, ...]:
    """Any number of many, in a select box; the URL holds them with commas between."""
    at = words_of(name, options)
    key = _adopt(name, list(at))
    st.multiselect(
        label,
        list(options),
        format_func=lambda word: options.get(word, word),
        key=key,
        placeholder=label,
        label_visibility="collapsed",
        width=width,
        on_change=_write,
        args=(name, key),
    )
    return at


def words_of(name: str, options: Iterable[str]) -> tuple[str, ...]:
    """The stored words that a parameter of the URL lists, without those that are unknown."""
    known = set(options)
    return tuple(dict.fromkeys(word for word in value(name).split(",") if word in known))


def span(name: str, label: str) -> tuple[int, int]:
    """Points from 0 to 100 with two ends; the URL holds "55-80", or "55" for 55 and over."""
    at = ends(name)
    key = _adopt(name, at)
    st.slider(label, 0, 100, key=key, on_change=_write_span, args=(name, key))
    return at


def ends(name: str) -> tuple[int, int]:
    """The two ends of a span in the URL; 0 and 100 for anything that is none."""
    low, _, high = value(name).partition("-")
    ends_ = [int(part) if part.isdecimal() and len(part) < 4 else None for part in (low, high)]
    at = min(ends_[0] or 0, 100), min(100 if ends_[1] is None else ends_[1], 100)
    return at if at[0] <= at[1] else (0, 100)


def day(name: str, label: str) -> date | None:
    """A day, or none; the URL holds it as 2026-03-02."""
    at = date_of(name)
    key = _adopt(name, at)
    st.date_input(label, key=key, on_change=_write_day, args=(name, key))
    return at


def date_of(name: str) -> date | None:
    """A parameter of the URL as a day; None for anything else."""
    try:
        return date.fromisoformat(value(name))
    except ValueError:
        return None


def pills(
    name: str, options: Mapping[str, str], *, label: str = "Filter", default: str = ""
) -> str:
    """One of a few, or none, as pills (stored word → label, which may carry a count)."""
    at = _one_of(name, options, default)
    key = _adopt(name, at or None)
    st.pills(
        label,
        list(options),
        format_func=lambda word: options.get(word, word),
        key=key,
        label_visibility="collapsed",
        on_change=_write,
        args=(name, key, default),
    )
    return at


def several(name: str, options: Mapping[str, str], *, label: str = "Filter") -> tuple[str, ...]:
    """Any number of a few, as pills; the URL holds them with commas between."""
    at = [word for word in value(name).split(",") if word in options]
    key = _adopt(name, at)
    st.pills(
        label,
        list(options),
        selection_mode="multi",
        format_func=lambda word: options.get(word, word),
        key=key,
        label_visibility="collapsed",
        on_change=_write,
        args=(name, key),
    )
    return tuple(at)


def tabs(
    name: str,
    options: Mapping[str, str],
    *,
    label: str = "Part of the page",
    forgets: Sequence[str] = (),
) -> str:
    """The faces of a page as a segmented control; only the chosen one is drawn. Choosing one
    takes the parameters `forgets` out of the URL, which belong to the face that was left.
    """
    first = next(iter(options))
    at = _one_of(name, options, first)
    key = f"filter.{name}"
    # told anew in every run: a run that a sign-in broke off may not have reached the browser,
    # which would then take the first face for chosen
    st.session_state[key] = at
    st.segmented_control(
        label,
        list(options),
        required=True,
        format_func=lambda word: options.get(word, word),
        key=key,
        label_visibility="collapsed",
        on_change=_write,
        args=(name, key, first, forgets),
    )
    return at


def _one_of(name: str, options: Mapping[str, str] | Sequence[str], default: str) -> str:
    given = value(name, default)
    return given if given in options else default


def _adopt(name: str, at: Any) -> str:
    """Gives the widget the value that the URL has, and the widget's key."""
    key = f"filter.{name}"
    if st.session_state.get(key) != at or key not in st.session_state:
        st.session_state[key] = at
    return key


def _write_span(name: str, key: str) -> None:
    low, high = st.session_state.get(key, (0, 100))
    whole_ = (low, high) == (0, 100)
    put(**{CURSOR: None, name: None if whole_ else f"{low}-{high}"})


def _write_day(name: str, key: str) -> None:
    given = st.session_state.get(key)
    put(**{CURSOR: None, name: given.isoformat() if isinstance(given, date) else None})


def _write(name: str, key: str, default: str = "", forgets: Sequence[str] = ()) -> None:
    given = st.session_state.get(key)
    if isinstance(given, list | tuple):
        given = ",".join(given)
    gone = dict.fromkeys((*forgets, CURSOR))
    put(**{**gone, name: None if given == default else given or None})
