"""One campaign: its state, what can be done with it, and its faces."""

from collections.abc import Callable

import streamlit as st

from core.domain.access import Act, Viewer
from core.domain.states import CampaignState, JobName
from core.queries import campaigns
from core.queries.campaigns import CampaignDetail
from core.runtime import Runtime
from core.services import campaigns as service
from db.session import reading
from pages.campaigns_parts import (
    activity,
    audience,
    basics,
    costs,
    leads,
    overview,
    rules,
    schedule,
    steps,
)
from pages.ui import filters, forms, outward, words
from pages.ui.actions import act, run_now
from pages.ui.page import actions, headline, stop

PARTS: dict[str, tuple[str, Callable[[Runtime, Viewer, CampaignDetail], None]]] = {
    "overview": ("Overview", overview.draw),
    "audience": ("Audience", audience.draw),
    "rules": ("Rules", rules.draw),
    "steps": ("Steps", steps.draw),
    "leads": ("Leads", leads.draw),
    "schedule": ("Schedule", schedule.draw),
    "costs": ("Costs", costs.draw),
    "settings": ("Settings", basics.draw),
    "activity": ("Activity", activity.draw),
}
PIPELINE = (
    JobName.HARVEST,
    JobName.ENRICH,
    JobName.SCORE,
    JobName.QUALIFY,
    JobName.ROUTE,
    JobName.NURTURE,
)


def draw(rt: Runtime, viewer: Viewer, campaign_id: int) -> None:
    """The headline with its buttons, then the chosen face."""
    found = load(rt, viewer, campaign_id)
    row = found.row
    why = f" · {row.state_reason}" if row.state_reason else ""
    headline(
        row.name, f"{row.client} · owner {row.owner or 'nobody'}{why}", chip=words.chip(row.state)
    )
    with actions():
        _buttons(rt, viewer, found)
    if row.state is CampaignState.ACTIVE:
        outward.gateway(rt, viewer)
    part = filters.tabs("part", {name: label for name, (label, _) in PARTS.items()})
    PARTS[part][1](rt, viewer, found)


def load(rt: Runtime, viewer: Viewer, campaign_id: int) -> CampaignDetail:
    """The campaign, or one sentence that is the same for a missing and a foreign one."""
    with reading(rt.sessions) as session:
        found = campaigns.one(session, viewer, campaign_id, now=rt.now())
    if found is None:
        headline("Campaigns")
        stop(
            "This campaign does not exist, or it belongs to a client you do not work for.",
            "All campaigns",
            to="campaigns.py",
        )
        raise AssertionError  # stop() ends the script
    return found


def begin(rt: Runtime, viewer: Viewer, campaign_id: int) -> None:
    """Starts the campaign if its preflight list lets it (a widget's callback)."""
    act(
        rt,
        lambda session: service.start(
            session,
            viewer,
            campaign_id,
            now=rt.now(),
            public_url=rt.settings.public_url,
            real_email=rt.settings.use_real_email_gateway,
        ),
        done=lambda campaign: f"{campaign.name} is active.",
    )


def _buttons(rt: Runtime, viewer: Viewer, found: CampaignDetail) -> None:
    row = found.row
    if viewer.may(Act.RUN_JOBS):
        with st.popover("Run now", icon=":material/bolt:"):
            st.caption("Does the work of a stage for this campaign at once.")
            st.button(
                "Whole pipeline", key="campaign.run.all", type="primary", width="stretch",
                on_click=_run, args=(rt, viewer, row.id, (*PIPELINE, JobName.ROLLUPS)),
            )  # fmt: skip
            for job in (*PIPELINE, JobName.DISPATCH):
                st.button(
                    words.label(job), key=f"campaign.run.{job}", icon=words.icon(job),
                    width="stretch", on_click=_run, args=(rt, viewer, row.id, (job,)),
                )  # fmt: skip
    if not viewer.may(Act.EDIT_CAMPAIGNS) or row.state is CampaignState.FINISHED:
        return
    forms.confirm(
        "Finish",
        f"**{words.text(row.name)}** sends nothing more and cannot be started again. "
        "Replies are still read.",
        "Finish the campaign",
        _finish, rt, viewer, row.id,
        key="campaign.finish",
        icon=":material/flag:",
    )  # fmt: skip
    if row.state is CampaignState.ACTIVE:
        st.button(
            "Pause", icon=":material/pause:", key="campaign.pause",
            on_click=_pause, args=(rt, viewer, row.id),
        )  # fmt: skip
    else:
        st.button(
            "Start", icon=":material/play_arrow:", type="primary", key="campaign.start",
            on_click=begin, args=(rt, viewer, row.id),
        )  # fmt: skip


def _run(rt: Runtime, viewer: Viewer, campaign_id: int, jobs: tuple[JobName, ...]) -> None:
    run_now(rt, viewer, *jobs, campaign_id=campaign_id)


def _pause(rt: Runtime, viewer: Viewer, campaign_id: int) -> None:
    act(
        rt,
        lambda session: service.pause(session, viewer, campaign_id, now=rt.now()),
        done=lambda campaign: f"{campaign.name} is paused. What is approved waits.",
    )


def _finish(rt: Runtime, viewer: Viewer, campaign_id: int) -> None:
    act(
        rt,
        lambda session: service.finish(session, viewer, campaign_id, now=rt.now()),
        done=lambda campaign: f"{campaign.name} is finished.",
    )
