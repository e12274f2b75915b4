"""What a webhook was told, what waits, and what was given up and can be sent again."""

import streamlit as st

from core.domain.access import Viewer
from core.domain.states import DeliveryState
from core.queries import endpoints
from core.queries.endpoints import DeliveryRow, EndpointRow
from core.runtime import Runtime
from core.services import endpoints as service
from db.session import reading
from pages.ui import tables, words
from pages.ui.actions import act


def draw(rt: Runtime, viewer: Viewer, row: EndpointRow) -> None:
    """Dead letters first, where there are some; then the latest."""
    _dead_letters(rt, viewer, row)
    _recent(rt, viewer, row)


def _dead_letters(rt: Runtime, viewer: Viewer, row: EndpointRow) -> None:
    if not row.dead:
        return
    now = rt.now()
    with reading(rt.sessions) as session:
        dead = endpoints.deliveries(session, viewer, row.id, state=DeliveryState.DEAD)
    st.markdown(f"**Given up** :gray[· {row.dead}]")
    chosen = tables.table_many(
        dead,
        [
            tables.text("Event", lambda one: words.label(one.kind)),
            tables.text("About", lambda one: one.subject),
            tables.text("Happened", lambda one: words.moment(one.at, viewer, now)),
            tables.number("Tries", lambda one: one.attempts),
            tables.text("Why", lambda one: one.last_error, width="large"),
        ],
        key="webhooks.dead",
        alt="What could not be delivered",
    )
    with st.container(horizontal=True):
        st.button(
            "Send the chosen again", key="webhooks.again", disabled=not chosen,
            on_click=_again, args=(rt, viewer, [one.id for one in chosen]),
        )  # fmt: skip
        st.button(
            "Send all again", key="webhooks.all_again",
            on_click=_all_again, args=(rt, viewer, row.id),
        )  # fmt: skip


def _recent(rt: Runtime, viewer: Viewer, row: EndpointRow) -> None:
    now = rt.now()
    with reading(rt.sessions) as session:
        recent = endpoints.deliveries(session, viewer, row.id, limit=20)
    if not recent:
        st.caption("Nothing was told yet.")
        return
    st.markdown("**Latest deliveries**")
    tables.table(
        recent,
        [
            tables.text("Event", lambda one: words.label(one.kind)),
            tables.text("About", lambda one: one.subject),
            tables.chips("State", DeliveryState, lambda one: one.state),
            tables.text("Happened", lambda one: words.moment(one.at, viewer, now)),
            tables.text("Next try", lambda one: words.moment(one.next_try_at, viewer, now)),
            tables.number("Tries", lambda one: one.attempts),
            tables.text("Answer", _answer, width="large"),
        ],
        key="webhooks.recent",
        alt="Latest deliveries",
    )


def _answer(one: DeliveryRow) -> str | None:
    return one.last_error or (str(one.last_status) if one.last_status else None)


def _again(rt: Runtime, viewer: Viewer, ids: list[int]) -> None:
    act(
        rt,
        lambda session: [service.send_again(session, viewer, id_, now=rt.now()) for id_ in ids],
        done=lambda done: f"{words.counted(len(done), 'event')} will be told again.",
    )


def _all_again(rt: Runtime, viewer: Viewer, endpoint_id: int) -> None:
    act(
        rt,
        lambda session: service.send_all_again(session, viewer, endpoint_id, now=rt.now()),
        done=lambda number: f"{words.counted(number, 'event')} will be told again.",
    )
