"""All campaigns of the viewer's clients."""

from datetime import datetime

import streamlit as st

from core.domain.access import Act, Viewer
from core.domain.pace import Pace
from core.domain.states import CampaignState
from core.queries import campaigns, figures
from core.queries.campaigns import CampaignRow
from core.queries.figures import KeyFigures
from core.runtime import Runtime
from db.session import reading
from pages.ui import aims, filters, tables, words
from pages.ui.page import actions, empty, go, headline


def draw(rt: Runtime, viewer: Viewer) -> None:
    """Key figures, filters, the table; a click on a row opens the campaign."""
    headline("Campaigns")
    may_edit = viewer.may(Act.EDIT_CAMPAIGNS)
    with actions():
        if viewer.may(Act.IMPORT) and st.button("Import leads", icon=":material/upload:"):
            go("leads.py", view="import")
        if may_edit and st.button("New campaign", icon=":material/add:", type="primary"):
            go("campaigns.py", new=1)
    now = rt.now()
    with reading(rt.sessions) as session:
        states = campaigns.by_state(session, viewer)
        month = figures.key_figures(session, viewer, today=now.date())
    if not states:
        sentence = "No campaign yet. A campaign says whom to reach, with what words, and when."
        button = "New campaign" if may_edit else ""
        empty(sentence, button, to="campaigns.py", query={"new": 1}, icon="campaign")
        return
    _figures(month)
    _table(rt, viewer, states, now)


def _table(rt: Runtime, viewer: Viewer, states: dict[CampaignState, int], now: datetime) -> None:
    with filters.row():
        wanted = filters.search("q", "Name or client")
        state = filters.pills(
            "state",
            {str(s): f"{words.label(s)} {states[s]}" for s in CampaignState if s in states},
            label="State",
        )
    with reading(rt.sessions) as session:
        page = campaigns.page(
            session, viewer, now=now, state=state, words=wanted, cursor=filters.value("cursor")
        )
    if not page.rows:
        empty("No campaign fits these filters.", "Show all", to="campaigns.py", icon="search_off")
        return
    chosen = tables.table(
        page.rows, _columns(viewer, now), key="campaigns.table", select=True, alt="Campaigns"
    )
    note = f"{sum(states.values()):,} in all · rates are per lead reached, bounces per mail sent"
    tables.pager(page, "campaigns", note=note)
    if chosen is not None:
        go("campaigns.py", campaign=chosen.id)


def _columns(viewer: Viewer, now: datetime) -> list[tables.Column]:
    return [
        tables.text("Campaign", lambda row: row.name, width=150),
        tables.chips("State", CampaignState, lambda row: row.state, width=80),
        tables.chips("Going", Pace, lambda row: row.standing.pace, width=105,
                     hint="Of the target that needs a look first: where the pace of the last 28 "
                     "days leads by its day"),
        tables.text("Against target", lambda row: aims.sentence(row.standing), width=240),
        tables.text("Client", lambda row: row.client, width=95),
        tables.number("Leads", lambda row: row.leads),
        tables.number("Reached", lambda row: row.sums.reached),
        tables.percent("Reply %", lambda row: row.share("replied")),
        tables.percent("Positive %", lambda row: row.share("positive")),
        tables.percent("Bounce %", lambda row: row.share("bounced")),
        tables.text("Next send", lambda row: words.moment(row.next_send_at, viewer, now)),
        tables.share("List written to", lambda row: row.progress, width=110,
                     hint="Leads written to, of those neither rejected nor suppressed"),
        tables.text("Owner", lambda row: row.owner),
        tables.text("Why paused", _why),
    ]  # fmt: skip


def _why(row: CampaignRow) -> str | None:
    return row.state_reason if row.state is CampaignState.PAUSED else None


def _figures(month: KeyFigures) -> None:
    now, before, days = month.now, month.before, month.days
    with st.grid(4, min_column_width=150):
        st.metric(
            "Reached", words.number(now.reached), _signed(now.reached - before.reached),
            border=True, height="stretch", delta_description=f"vs. {month.span} days before",
            delta_color="off", chart_data=[day.reached for day in days],
            help=f"Leads whose first mail went out in the last {month.span} days",
        )  # fmt: skip
        st.metric(
            "Positive replies", words.percent(now.positive, now.reached),
            words.points(now.positive, now.reached, before.positive, before.reached) or None,
            border=True, height="stretch",
            delta_description=f"{now.positive:,} of {now.reached:,} reached",
            delta_color="off", chart_data=[day.positive for day in days],
        )  # fmt: skip
        st.metric(
            "Meetings", words.number(now.meetings), _signed(now.meetings - before.meetings),
            border=True, height="stretch", delta_description=f"vs. {month.span} days before",
            delta_color="off", chart_data=[day.meetings for day in days],
        )  # fmt: skip
        st.metric(
            "Bounces", words.percent(now.bounced, now.sent),
            words.points(now.bounced, now.sent, before.bounced, before.sent) or None,
            border=True, height="stretch",
            delta_description=f"{now.bounced:,} of {now.sent:,} sent",
            delta_color="off", chart_data=[day.bounced for day in days],
        )  # fmt: skip


def _signed(change: int) -> str | int:
    return f"{change:+,}" if change else 0
