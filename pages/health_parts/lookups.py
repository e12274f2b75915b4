"""What providers of facts and verdicts found and what it cost, by provider and by client."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import streamlit as st

from core.domain.access import Viewer
from core.intake import domain_lists
from core.queries import lookups
from core.queries.lookups import ClientCost, SourceRow
from core.runtime import Runtime
from db.session import reading
from pages.ui import filters, tables, words

SPANS = {"week": "7 days", "month": "30 days", "quarter": "90 days"}
DAYS = {"week": 7, "month": 30, "quarter": 90}
MICROS = 1_000_000


def draw(rt: Runtime, viewer: Viewer, now: datetime) -> None:
    """Hit rate and cost of each provider; who paid for it; the lists addresses are judged by."""
    span = filters.tabs("lookups", SPANS, label="Time shown")
    until = now.date()
    since = until - timedelta(days=DAYS[span] - 1)
    with reading(rt.sessions) as session:
        found = lookups.by_provider(session, viewer, since=since, until=until)
        paid = lookups.by_client(session, viewer, since=since, until=until)
    if not found:
        st.caption(
            f"Nobody was looked up in the last {SPANS[span]}. Enter a key in Settings → Keys, or "
            "set it in the environment: a key is what turns a provider on."
        )
    else:
        _providers(found)
        _clients(paid)
    _limits(rt)
    _lists()


def _providers(found: Sequence[SourceRow]) -> None:
    tables.table(
        found,
        [
            tables.text("For", lambda row: words.label(row.port)),
            tables.text("Provider", lambda row: words.label(row.provider)),
            tables.number("Asked", lambda row: row.asked),
            tables.number("Found", lambda row: row.found),
            tables.percent("Hit rate", lambda row: row.hit_rate),
            tables.number("Cost", lambda row: row.cost_micros / MICROS, digits=2),
            tables.number("Cost a find", lambda row: _of(row.cost_per_find), digits=3),
            tables.number("No answer", lambda row: row.uncertain),
            tables.number("Under way", lambda row: row.under_way),
        ],
        key="lookups.providers",
        alt="Hit rate and cost of each provider of facts and verdicts",
    )
    st.caption(
        "Hit rate: of the persons asked about, those of whom something was found. Cost in the "
        "agency's currency, at the prices set; what got no answer counts at its most."
    )


def _clients(paid: Sequence[ClientCost]) -> None:
    st.header("Who paid for it", anchor=False)
    tables.table(
        paid,
        [
            tables.text("Client", lambda row: row.client),
            tables.text("For", lambda row: words.label(row.port)),
            tables.text("Provider", lambda row: words.label(row.provider)),
            tables.number("Asked", lambda row: row.asked),
            tables.number("Cost", lambda row: row.cost_micros / MICROS, digits=2),
        ],
        key="lookups.clients",
        alt="What each client's lookups cost",
    )


def _limits(rt: Runtime) -> None:
    settings = rt.settings
    st.caption(
        f"A lead costs at most {settings.lookup_lead_ceiling:.2f} in 90 days, a client "
        f"{settings.lookup_daily_budget:.2f} a day (AICMO_LOOKUP_LEAD_CEILING, "
        "AICMO_LOOKUP_DAILY_BUDGET). Nobody is asked twice about a person in 90 days."
    )


def _lists() -> None:
    with st.expander("Lists that addresses are judged by"):
        tables.table(
            domain_lists.lists(),
            [
                tables.text("List", lambda one: one.name),
                tables.number("Entries", lambda one: one.entries),
                tables.text("From", lambda one: one.source, width="large"),
                tables.text("Dated", lambda one: one.dated),
            ],
            key="lookups.lists",
        )
        st.caption("Competitors are each campaign's own list (its audience, domains never wanted).")


def _of(micros: float | None) -> float | None:
    return None if micros is None else micros / MICROS
