"""Ports as rows: their providers in the order they are asked, with what is wrong and what to do."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

import streamlit as st

from core.domain.access import Viewer
from core.domain.states import ProviderState
from core.queries.health import ProviderRow
from core.runtime import CHAINS, Runtime
from pages.health_parts.names import (
    PURPOSE,
    advice_of,
    breaker_of,
    chip_of,
    name_of,
    numbers_of,
    state_of,
)
from pages.ui import filters, words
from pages.ui.page import empty

PORTS = ("email", "inbox", "llm", "enrichment", "verification", "search", "crm")
GOOD = (ProviderState.HEALTHY, ProviderState.UNCONFIGURED)
LOCAL = ("email", "inbox")  # ports that stay on this machine as long as the gateway is off
FEW = 3  # mailboxes that are well and are shown all the same


def draw(rt: Runtime, viewer: Viewer, rows: Sequence[ProviderRow], now: datetime) -> None:
    """Every port in a frame of its own; those with trouble first."""
    if not rows:
        empty(
            "No provider was asked yet. Check now asks every one that is set up, without "
            "changing anything.",
            icon="monitor_heart",
        )
        return
    ports = {port: list(found) for port, found in groupby(rows, lambda row: row.port)}
    for port in sorted(ports, key=lambda port: (_well(ports[port]), _place(port))):
        _port(rt, port, _ordered(rt, port, ports[port]), viewer, now)
    calls = sum(row.calls for row in rows)
    st.caption(
        f"{words.counted(len(rows), 'provider')} · {words.counted(calls, 'call')} on record · "
        "shares and times are moving averages of the calls · click a name for its history"
    )


def _ordered(rt: Runtime, port: str, rows: list[ProviderRow]) -> list[ProviderRow]:
    """As they are asked; mailboxes behind."""
    order = rt.providers.order(port) if port in CHAINS else ()
    place = {name: number for number, name in enumerate(order)}
    return sorted(rows, key=lambda row: (row.part != "", place.get(row.provider, len(place))))


def _port(rt: Runtime, port: str, rows: list[ProviderRow], viewer: Viewer, now: datetime) -> None:
    chain = port in CHAINS
    with st.container(border=True, gap="small"):
        note = "asked in this order" if chain and len(rows) > 1 else ""
        tail = " · ".join(part for part in (PURPOSE.get(port, ""), note) if part)
        st.markdown(f"**{words.label(port)}** :gray[{tail}]")
        well = [row for row in rows if row.part and not _bad(row)]
        folded = well if len(well) > FEW else []
        for number, row in enumerate(rows, start=1):
            if row not in folded:
                _row(row, f"{number}." if chain else "", viewer, now)
        if folded:
            local = port in LOCAL and not rt.settings.use_real_email_gateway
            where = "in local folders, while the real e-mail gateway is off" if local else "well"
            boxes = words.counted(len(folded), "mailbox works", "mailboxes work")
            with st.expander(f"{boxes} {where}"):
                for row in folded:
                    _row(row, "", viewer, now)


def _row(row: ProviderRow, number: str, viewer: Viewer, now: datetime) -> None:
    left, middle, right = st.columns([5, 4, 9], gap="small", vertical_alignment="top")
    with left.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        if number:
            st.markdown(f":gray[{number}]", width="content")
        st.button(
            words.text(name_of(row)), type="tertiary", key=f"provider.{row.row_id}.open",
            help="History, order, limit, checks", on_click=filters.put,
            kwargs={"provider": row.row_id},
        )  # fmt: skip
        st.markdown(chip_of(row), width="content")
    breaker = breaker_of(row, viewer, now)
    facts = [numbers_of(row), breaker, f"Left: {words.text(row.quota)}" if row.quota else ""]
    middle.markdown("  \n".join(f":gray[{fact}]" for fact in facts if fact))
    if told := _what_to_do(row, viewer, now):
        right.markdown(told)


def _what_to_do(row: ProviderRow, viewer: Viewer, now: datetime) -> str:
    """Never cut: what went wrong, then the instruction, as text that wraps."""
    if not row.enabled:
        return ":gray[Turned off by a person. Nobody asks it.]"
    state = state_of(row)
    if state is ProviderState.UNCONFIGURED:
        return f":gray[Not used. {words.text(row.advice or 'Set it up to use it.')}]"
    if state is ProviderState.HEALTHY:
        return ""
    when = words.moment(row.last_error_at, viewer, now)
    wrong = f"{words.text(row.last_error)} :gray[{when}]" if row.last_error else ""
    do = words.text(advice_of(row))
    return "  \n".join(part for part in (wrong, f"**To do:** {do}") if part)


def _bad(row: ProviderRow) -> bool:
    return row.enabled and state_of(row) not in GOOD


def _well(rows: Sequence[ProviderRow]) -> bool:
    return not any(_bad(row) for row in rows)


def _place(port: str) -> int:
    return PORTS.index(port) if port in PORTS else len(PORTS)
