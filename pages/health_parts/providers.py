"""Every provider of every port: state, success, latency, last error, what to do."""

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from core.domain.access import Act, Viewer
from core.domain.states import ProviderState
from core.queries.health import ProviderRow
from core.runtime import Runtime
from core.services import provider_order as service
from pages.ui import tables, words
from pages.ui.actions import act
from pages.ui.page import empty


def draw(rt: Runtime, viewer: Viewer, rows: Sequence[ProviderRow], now: datetime) -> None:
    """The table; an admin turns one on or off, or moves it, below."""
    if not rows:
        empty(
            "No provider was asked yet. Check now asks every one that is set up, without "
            "changing anything.",
            icon="monitor_heart",
        )
        return
    may = viewer.may(Act.PROVIDERS)
    chosen = tables.table(
        rows,
        [
            tables.text("Port", lambda row: words.label(row.port)),
            tables.text("Provider", _name),
            tables.chips("State", ProviderState, _state),
            tables.share(
                "Success",
                lambda row: row.success,
                hint="Moving average of its calls",
                width="medium",
            ),
            tables.number("Latency (ms)", lambda row: _whole(row.latency_ms)),
            tables.text("Last error", lambda row: _error(row, viewer, now), width="medium"),
            tables.text("What to do", lambda row: row.advice or row.quota, width="large"),
            tables.text("Checked", lambda row: words.moment(row.checked_at, viewer, now)),
        ],
        key="providers.table",
        select=may,
        alt="Providers by port with their state",
    )
    calls = sum(row.calls for row in rows)
    st.caption(
        f"{words.counted(len(rows), 'provider')} · {calls:,} calls on record · asked in this order"
    )
    if chosen is not None:
        _change(rt, viewer, chosen)


def _name(row: ProviderRow) -> str:
    name = words.label(row.provider)
    return f"{name} · {row.mailbox}" if row.mailbox else name


def _state(row: ProviderRow) -> ProviderState:
    return row.state if row.configured else ProviderState.UNCONFIGURED


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


def _error(row: ProviderRow, viewer: Viewer, now: datetime) -> str | None:
    if row.last_error is None:
        return None
    return f"{words.moment(row.last_error_at, viewer, now)} · {row.last_error}"


def _change(rt: Runtime, viewer: Viewer, row: ProviderRow) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{words.text(_name(row))}**", width="content")
        if row.enabled:
            st.button("Turn off", key="provider.off", on_click=_turn, args=(rt, viewer, row, False))
        else:
            st.markdown(":gray-badge[Turned off]", width="content")
            st.button("Turn on", key="provider.on", on_click=_turn, args=(rt, viewer, row, True))
        for label, icon, by in (("Earlier", "arrow_upward", -1), ("Later", "arrow_downward", 1)):
            st.button(
                label, icon=f":material/{icon}:", key=f"provider.{label}", on_click=_place,
                args=(rt, viewer, row, max(0, row.position + by)),
            )  # fmt: skip


def _turn(rt: Runtime, viewer: Viewer, row: ProviderRow, on: bool) -> None:
    act(
        rt,
        lambda session: service.turn(session, viewer, row.row_id, enabled=on, now=rt.now()),
        done=f"{_name(row)} is turned {'on' if on else 'off'}.",
    )


def _place(rt: Runtime, viewer: Viewer, row: ProviderRow, position: int) -> None:
    act(
        rt,
        lambda session: service.place_at(session, viewer, row.row_id, position, now=rt.now()),
        done=f"{_name(row)} is asked as number {position + 1}.",
    )
