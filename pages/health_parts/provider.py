"""One provider: how it does, what it did lately, and what an admin may do about it."""

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from core.domain.access import Act, Viewer
from core.domain.states import ProviderState
from core.pipeline import provider_desk
from core.queries.health import ProviderRow
from core.runtime import CHAINS, Runtime
from core.services import provider_order as service
from pages.health_parts import history, limit, llm
from pages.health_parts.names import advice_of, breaker_of, chip_of, name_of, state_of
from pages.ui import filters, words
from pages.ui.actions import act, attempt
from pages.ui.page import flash


def draw(
    rt: Runtime, viewer: Viewer, row: ProviderRow, rows: Sequence[ProviderRow], now: datetime
) -> None:
    """Its state in words, its figures, its history; for admins its switches."""
    st.button(
        "All providers", icon=":material/arrow_back:", type="tertiary", key="provider.back",
        on_click=filters.put, kwargs={"provider": None},
    )  # fmt: skip
    st.markdown(
        f"## {words.text(name_of(row))} {chip_of(row)} :gray-badge[{words.label(row.port)}]"
    )
    _words(row, viewer, now)
    _figures(row, viewer, now)
    if viewer.may(Act.PROVIDERS):
        _acts(rt, viewer, row, rows)
    else:
        st.caption("Only admins change providers.")
    history.draw(rt, viewer, row, now)
    llm.draw(rt, viewer, row, now)
    if viewer.may(Act.PROVIDERS):
        limit.draw(rt, viewer, row)


def _words(row: ProviderRow, viewer: Viewer, now: datetime) -> None:
    if not row.enabled:
        st.info("A person turned it off. Nobody asks it.", icon=":material/power_off:")
        return
    state = state_of(row)
    if state in (ProviderState.DOWN, ProviderState.DEGRADED):
        when = words.moment(row.last_error_at, viewer, now)
        say = st.error if state is ProviderState.DOWN else st.warning
        say(f"{words.text(row.last_error)} ({when})  \n**To do:** {words.text(advice_of(row))}")
    elif state is ProviderState.UNCONFIGURED:
        st.info(words.text(row.advice or "Set it up to use it."))


def _figures(row: ProviderRow, viewer: Viewer, now: datetime) -> None:
    boxes = st.columns(4)
    boxes[0].metric("Good answers", words.percent(row.success), border=True)
    latency = words.DASH if row.latency_ms is None else f"{words.number(round(row.latency_ms))} ms"
    boxes[1].metric("Time to answer", latency, border=True)
    boxes[2].metric("Calls on record", words.number(row.calls), border=True)
    boxes[3].metric("Failures in a row", words.number(row.failures_in_row), border=True)
    told = [
        breaker_of(row, viewer, now) or "Calls go through",
        f"last good answer {words.moment(row.last_success_at, viewer, now)}",
        f"checked {words.moment(row.checked_at, viewer, now)}",
        f"left: {words.text(row.quota)}" if row.quota else "",
    ]
    st.caption(" · ".join(part for part in told if part))


def _acts(rt: Runtime, viewer: Viewer, row: ProviderRow, rows: Sequence[ProviderRow]) -> None:
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Check now", icon=":material/monitor_heart:", key="provider.check", type="primary",
            on_click=_check, args=(rt, viewer, row),
        )  # fmt: skip
        label, icon = ("Turn off", "power_off") if row.enabled else ("Turn on", "power")
        st.button(
            label, icon=f":material/{icon}:", key="provider.turn",
            on_click=_turn, args=(rt, viewer, row),
        )  # fmt: skip
        chain = [one for one in rows if one.port == row.port and not one.part]
        if row.port in CHAINS and len(chain) > 1:
            _moves(rt, viewer, row, chain)
        if row.port == "email":
            st.button(
                "Send me a test mail", icon=":material/outgoing_mail:", key="provider.test",
                on_click=_test, args=(rt, viewer, row),
            )  # fmt: skip


def _moves(rt: Runtime, viewer: Viewer, row: ProviderRow, chain: Sequence[ProviderRow]) -> None:
    known = {one.provider for one in chain}
    order = [name for name in rt.providers.order(row.port) if name in known]
    at = order.index(row.provider) if row.provider in order else 0
    version = service.version_of(chain)
    for label, icon, to in (
        ("Ask earlier", "arrow_upward", at - 1),
        ("Ask later", "arrow_downward", at + 1),
    ):
        st.button(
            label, icon=f":material/{icon}:", key=f"provider.{label}",
            disabled=not 0 <= to < len(order), on_click=_move,
            args=(rt, viewer, row, _swapped(order, at, to), version),
        )  # fmt: skip


def _swapped(order: Sequence[str], at: int, to: int) -> list[str]:
    new = list(order)
    if 0 <= to < len(new):
        new[at], new[to] = new[to], new[at]
    return new


def _check(rt: Runtime, viewer: Viewer, row: ProviderRow) -> None:
    verdict = attempt(lambda: provider_desk.check(rt, viewer, row.port, row.provider, row.part))
    if verdict is not None:
        good = verdict.state is ProviderState.HEALTHY
        flash("done" if good else "watch", verdict.reason)


def _turn(rt: Runtime, viewer: Viewer, row: ProviderRow) -> None:
    on = not row.enabled
    act(
        rt,
        lambda session: service.turn(
            session, viewer, row.row_id, enabled=on, version=row.version, now=rt.now()
        ),
        done=f"{name_of(row)} is turned {'on' if on else 'off'}, from the next call on.",
    )


def _move(
    rt: Runtime, viewer: Viewer, row: ProviderRow, order: Sequence[str], version: int
) -> None:
    place = order.index(row.provider) + 1
    act(
        rt,
        lambda session: service.arrange(
            session, viewer, row.port, order, version=version, now=rt.now()
        ),
        done=f"{name_of(row)} is asked as number {place}, from the next call on.",
    )


def _test(rt: Runtime, viewer: Viewer, row: ProviderRow) -> None:
    sent = attempt(lambda: provider_desk.send_test(rt, viewer, row.part))
    if sent is None:
        return
    if not sent.stayed:
        flash("done", f"The test mail to {sent.to} was accepted by {words.label(sent.provider)}.")
        return
    off = not rt.settings.use_real_email_gateway
    why = "The e-mail gateway is off (USE_REAL_EMAIL_GATEWAY)" if off else "No server is set"
    flash("watch", f"{why}: nothing left this machine. The test mail lies in {sent.path}")
