"""What a language model was asked lately: how each call ended, and what it cost."""

from datetime import datetime

import streamlit as st

from core.domain.access import Viewer
from core.domain.states import LlmOutcome
from core.queries import llm_calls
from core.queries.health import ProviderRow
from core.runtime import Runtime
from db.session import reading
from pages.ui import tables, words

PORT = "llm"
MICROS_OF_A_CENT = 10_000


def draw(rt: Runtime, viewer: Viewer, row: ProviderRow, now: datetime) -> None:
    """The newest calls; other ports have none."""
    if row.port != PORT:
        return
    with reading(rt.sessions) as session:
        rows = llm_calls.latest(session, viewer, row.provider)
    if not rows:
        return
    st.header("Latest calls", anchor=False)
    tables.table(
        rows,
        [
            tables.text("When", lambda row: words.moment(row.at, viewer, now)),
            tables.text("Client", lambda row: row.client or "The agency"),
            tables.text("For", lambda row: words.label(row.task)),
            tables.chips("Ended", LlmOutcome, lambda row: row.outcome),
            tables.text("Tokens", lambda row: words.number(row.tokens)),
            tables.text("Cost", lambda row: cost(row.cost_micros)),
            tables.text("Took", lambda row: f"{words.number(round(row.latency_ms))} ms"),
            tables.text("Model", lambda row: row.model),
        ],
        key="llm.calls",
        alt="Latest calls of this language model",
    )
    st.caption("Costs are estimates from the prices in the settings, in US dollars.")


def cost(micros: int) -> str:
    """Millionths of a dollar as people read them; less than a cent says so."""
    if 0 < micros < MICROS_OF_A_CENT:
        return "under $0.01"
    return words.money(round(micros / MICROS_OF_A_CENT), "USD")
