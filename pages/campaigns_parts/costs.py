"""What the campaign costs: entered day by day, so that cost per lead and return can be told."""

import streamlit as st

from core.domain import money
from core.domain.access import Act, Viewer
from core.queries import costs
from core.queries.campaigns import CampaignDetail
from core.runtime import Runtime
from core.services import spend
from db.session import reading
from pages.ui import tables, words
from pages.ui.actions import act

KINDS = {"list": "List", "tools": "Tools", "ads": "Ads", "hours": "Hours"}


def draw(rt: Runtime, viewer: Viewer, found: CampaignDetail) -> None:
    """The form, then what was entered, newest first."""
    with reading(rt.sessions) as session:
        known = costs.of_campaign(session, viewer, found.row.id)
    if known is None:
        return
    if viewer.may(Act.EDIT_CAMPAIGNS):
        _form(rt, viewer, found, known.currency)
    if not known.rows:
        st.caption("No cost is entered yet: cost per lead and return cannot be told.")
        return
    today = rt.now().date()
    tables.table(
        known.rows,
        [
            tables.text("Day", lambda row: words.day(row.on_date, today)),
            tables.text("For", lambda row: KINDS.get(row.kind, row.kind)),
            tables.text("Amount", lambda row: words.money(row.amount_minor, known.currency)),
            tables.text("Note", lambda row: row.note, width="large"),
        ],
        key="campaign.costs",
        alt="What was spent on the campaign",
    )
    total = words.money(known.total_minor, known.currency)
    st.caption(f"{total} in all · Analytics counts it within 15 minutes")


def _form(rt: Runtime, viewer: Viewer, found: CampaignDetail, currency: str) -> None:
    places = money.digits(currency)
    with st.form("campaign.cost"):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            on = st.date_input("Day", rt.now().date(), max_value=rt.now().date(), width=150)
            kind = st.selectbox("For", list(KINDS), format_func=lambda one: KINDS[one], width=140)
            amount = st.number_input(
                f"Amount ({currency})", min_value=0.0, step=10.0, format=f"%.{places}f", width=180
            )
            note = st.text_input("Note", max_chars=200, width=260)
            saved = st.form_submit_button("Enter", type="primary")
        st.caption("A second amount of the same day and kind corrects the first.")
    if saved and act(
        rt,
        lambda session: spend.enter(
            session, viewer, found.row.id, kind, on, round(amount * 10**places), note=note,
            now=rt.now(),
        ),
        done="The cost is entered.",
    ):  # fmt: skip
        st.rerun()
