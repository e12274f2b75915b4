"""How a campaign stands: figures, leads by state, targets, and before the start the preflight."""

from datetime import date

import streamlit as st

from core.domain.access import Act, Viewer
from core.domain.states import CampaignState, LeadState
from core.queries import figures
from core.queries.campaigns import CampaignDetail
from core.runtime import Runtime
from core.services import campaigns as service
from db.session import reading
from pages.campaigns_parts import checklist
from pages.ui import aims, charts, words
from pages.ui.actions import act, progress

FUNNEL = (
    *(LeadState.HARVESTED, LeadState.ENRICHED, LeadState.SCORED, LeadState.REVIEW),
    *(LeadState.QUALIFIED, LeadState.ROUTED, LeadState.NURTURED, LeadState.REPLIED),
    *(LeadState.CONVERTED, LeadState.REJECTED, LeadState.SUPPRESSED),
)


def draw(rt: Runtime, viewer: Viewer, found: CampaignDetail) -> None:
    """Whether it goes well, four figures, then leads by state beside targets and what is to do."""
    row, sums = found.row, found.row.sums
    st.markdown(aims.verdict(row.standing))
    with st.grid(4, min_column_width=150):
        st.metric(
            "Leads", words.number(row.leads), border=True, height="stretch",
            delta_description="in all states",
        )  # fmt: skip
        st.metric(
            "Reached", words.number(sums.reached), border=True, height="stretch",
            delta_description=f"{words.percent(row.progress, digits=0)} of {row.wanted:,} that may "
            "be written to",
            help=f"{row.leads:,} leads, without those rejected or suppressed",
        )  # fmt: skip
        st.metric(
            "Positive replies", words.percent(sums.positive, sums.reached), border=True,
            height="stretch",
            delta_description=f"{sums.positive:,} of {sums.reached:,} reached",
        )  # fmt: skip
        st.metric(
            "Bounces", words.percent(sums.bounced, sums.sent), border=True, height="stretch",
            delta_description=f"{sums.bounced:,} of {sums.sent:,} sent",
        )  # fmt: skip
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _by_state(found)
        with reading(rt.sessions) as session:
            month = figures.key_figures(session, viewer, today=rt.now().date(), campaign_id=row.id)
        if month.now.reached:
            title = "Reached in the last 28 days"
            charts.month(title, month.days, rt.now().date(), key="campaign.month")
    with right:
        if row.state in (CampaignState.DRAFT, CampaignState.PAUSED):
            st.header("Before the start", anchor=False)
            checklist.draw(rt, viewer, row.id)
        _targets(rt, viewer, found)
        st.header("Latest runs", anchor=False)
        progress(rt, viewer, row.id)


def _by_state(found: CampaignDetail) -> None:
    counts = {state: found.row.counts.get(state, 0) for state in FUNNEL}
    shown = {state: n for state, n in counts.items() if n}
    if not shown:
        with st.container(border=True):
            st.markdown("No leads are counted yet. New ones are counted every 15 minutes.")
            st.page_link(
                "leads.py", label="Import leads", icon=":material/upload:",
                query_params={"view": "import", "campaign": str(found.row.id)},
            )  # fmt: skip
        return
    most = max(shown, key=lambda state: shown[state])
    fig = charts.bars(
        f"Most leads: {words.label(most).lower()} ({shown[most]:,} of {found.row.leads:,})",
        [words.label(state) for state in shown],
        list(shown.values()),
    )
    charts.show(fig, alt="Leads of the campaign by state", key="campaign.states")
    if found.goal:
        st.caption(f"Goal: {words.text(found.goal)}")


def _targets(rt: Runtime, viewer: Viewer, found: CampaignDetail) -> None:
    st.header("Targets", anchor=False)
    today = rt.now().date()
    for target in found.targets:
        st.progress(*aims.bar(target, today))
    if not found.targets:
        st.caption("None yet. With a number and a day the list tells whether it is on course.")
    if not viewer.may(Act.EDIT_CAMPAIGNS):
        return
    with (
        st.popover("Change targets", icon=":material/flag:"),
        st.form("campaign.targets", border=False),
    ):
        known = {target.metric: target for target in found.targets}
        wanted: dict[str, int] = {}
        for metric in service.METRICS:
            value = known[metric].value if metric in known else 0
            wanted[metric] = st.number_input(words.label(metric), 0, 1_000_000, value)
        by = st.date_input(
            "By", next((t.due_on for t in found.targets if t.due_on), None), key="targets.by"
        )
        if st.form_submit_button("Save targets", type="primary"):
            _save(rt, viewer, found.row.id, wanted, by)


def _save(
    rt: Runtime, viewer: Viewer, campaign_id: int, wanted: dict[str, int], by: date | None
) -> None:
    targets = {metric: (value, by) for metric, value in wanted.items() if value}
    act(
        rt,
        lambda session: service.set_targets(session, viewer, campaign_id, targets, now=rt.now()),
        done="The targets are saved.",
    )
    st.rerun()
