"""Webhooks: who is told of what happens, and whether it arrives."""

import streamlit as st

from core.domain.access import Act, Viewer
from core.domain.states import EndpointState
from core.pipeline import deliver
from core.queries import endpoints
from core.queries.endpoints import EndpointRow
from core.runtime import Runtime
from core.services import endpoints as service
from db.session import reading
from pages.settings_parts import webhook_deliveries, webhook_form
from pages.ui import forms, tables, words
from pages.ui.actions import act, attempt
from pages.ui.page import actions, empty

TESTED = "The test arrived."


def draw(rt: Runtime, viewer: Viewer) -> None:
    """The list; a chosen webhook is tested, changed and looked into below it."""
    now = rt.now()
    with reading(rt.sessions) as session:
        rows = endpoints.endpoints(session, viewer)
    with actions(), st.popover("Add a webhook", icon=":material/add:", type="primary"):
        webhook_form.add(rt, viewer)
    if not rows:
        empty("Nobody is told yet when a lead replies or a campaign ends.", icon="webhook")
        return
    chosen = tables.table(
        rows,
        [
            tables.text("Webhook", lambda row: row.name),
            tables.text("Client", lambda row: row.client or "All clients"),
            tables.chips("State", EndpointState, lambda row: row.state),
            tables.text("Told at", lambda row: words.label(row.kind) + " · " + row.host),
            tables.text("Events", lambda row: words.number(len(row.events))),
            tables.text(
                "Last delivery", lambda row: words.moment(row.last_success_at, viewer, now)
            ),
            tables.text("Waiting", lambda row: str(row.waiting)),
            tables.text("Given up", lambda row: str(row.dead)),
            tables.text("Last error", _error, width="large"),
        ],
        key="webhooks.table",
        select=True,
        alt="Webhooks with how they stand",
    )
    if chosen is None:
        st.caption(f"{words.counted(len(rows), 'webhook')} · click a row to test or change it")
    else:
        _detail(rt, viewer, chosen)


def _error(row: EndpointRow) -> str | None:
    newer = row.last_success_at is None or (
        row.last_error_at is not None and row.last_error_at > row.last_success_at
    )
    return row.last_error if newer else None


def _detail(rt: Runtime, viewer: Viewer, row: EndpointRow) -> None:
    st.header(words.text(row.name), anchor=False)
    if row.state_reason:
        st.warning(words.text(row.state_reason), icon=":material/warning:")
    if row.setting:
        st.info(
            f"Its address comes from the environment, which wins: change `{row.setting.upper()}` "
            "there, then start the app and the scheduler anew.",
            icon=":material/terminal:",
        )
    if row.last_note:
        st.caption(words.text(row.last_note))
    with st.container(horizontal=True):
        st.button(
            "Send a test", icon=":material/send:", type="primary", key="webhooks.test",
            on_click=_test, args=(rt, viewer, row),
        )  # fmt: skip
        _switch(rt, viewer, row)
        webhook_form.new_secret(rt, viewer, row.id)
        if viewer.may(Act.PROVIDERS):
            _allow(rt, viewer, row)
    webhook_form.change(rt, viewer, row)
    webhook_deliveries.draw(rt, viewer, row)


def _switch(rt: Runtime, viewer: Viewer, row: EndpointRow) -> None:
    if row.state is EndpointState.OFF:
        st.button(
            "Turn on", icon=":material/play_arrow:", key="webhooks.on",
            on_click=_turn, args=(rt, viewer, row.id, True),
        )  # fmt: skip
        return
    forms.confirm(
        "Turn off", "It hears nothing of what happens until somebody turns it on again.",
        "Turn off", _turn, rt, viewer, row.id, False, key="webhooks.off",
        icon=":material/power_off:",
    )  # fmt: skip


def _allow(rt: Runtime, viewer: Viewer, row: EndpointRow) -> None:
    host = words.text(row.host)
    if row.allowed_host:
        label, question = "Forbid host", f"{host} is called only if it is public, by https."
    else:
        label, question = "Allow host", f"{host} is called even if it lies in your own network."
    forms.confirm(
        label, question, label, _allow_host, rt, viewer, row.id, not row.allowed_host,
        key="webhooks.allow", icon=":material/lan:",
    )  # fmt: skip


def _test(rt: Runtime, viewer: Viewer, row: EndpointRow) -> None:
    attempt(lambda: deliver.ping(rt, viewer, row.id), done=TESTED)


def _turn(rt: Runtime, viewer: Viewer, endpoint_id: int, on: bool) -> None:
    act(
        rt,
        lambda session: service.turn(session, viewer, endpoint_id, on=on, now=rt.now()),
        done=lambda one: f"{one.name} is {'on' if on else 'off'}.",
    )


def _allow_host(rt: Runtime, viewer: Viewer, endpoint_id: int, allowed: bool) -> None:
    act(
        rt,
        lambda session: service.allow_host(
            session, viewer, endpoint_id, allowed=allowed, now=rt.now()
        ),
        done=lambda one: f"{one.host} is {'allowed' if allowed else 'forbidden'}.",
    )
