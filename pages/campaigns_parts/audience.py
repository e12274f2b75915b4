"""Whom a campaign looks for, and how the present leads would move under it."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.domain.access import Act, Viewer
from core.queries.campaigns import CampaignDetail
from core.runtime import Runtime
from core.services import campaigns as service
from core.services import what_if
from pages.campaigns_parts import audience_fields as fields
from pages.campaigns_parts import moves
from pages.ui.actions import act, look
from pages.ui.again import again


def draw(rt: Runtime, viewer: Viewer, found: CampaignDetail) -> None:
    """The fields left, what they would do right; nothing is kept before it is saved."""
    key = f"audience.{found.row.id}.{found.rules_version}"
    left, right = st.columns([5, 4], gap="medium")
    with left, st.container(border=True):
        icp = fields.audience(found.icp, key)
        st.markdown("**Tiers and thresholds**")
        rules = {**found.rules, **fields.tiers(found.rules, key)}
    with right, st.container(border=True):
        told = look(
            rt,
            lambda session: what_if.preview(
                session, viewer, found.row.id, icp_document=icp, rules_document=rules, now=rt.now()
            ),
        )
        if told is not None:
            moves.summary(told)
        pressed = st.button(
            "Save audience", type="primary", key="audience.save",
            disabled=told is None or told.same or not viewer.may(Act.EDIT_CAMPAIGNS),
        )  # fmt: skip
        st.caption(
            f"Version {found.rules_version} of the rules. What is left empty is not asked for. "
            "Saved, a new version has every open lead scored anew; nobody who was decided on is "
            "moved back."
        )
        if told is not None:
            moves.examples(told)
    if pressed and _save(rt, viewer, found, icp, rules):
        again(True, "The audience is saved. Open leads are scored anew with the next run.")


def form(rt: Runtime, viewer: Viewer, found: CampaignDetail, label: str) -> bool:
    """The audience of a new campaign, which has no leads yet; gives whether it was saved."""
    with st.form("campaign.icp"):
        icp = fields.audience(found.icp, "wizard")
        saved = st.form_submit_button(
            label, type="primary", disabled=not viewer.may(Act.EDIT_CAMPAIGNS)
        )
    return saved and _save(rt, viewer, found, icp, found.rules)


def _save(
    rt: Runtime,
    viewer: Viewer,
    found: CampaignDetail,
    icp: Mapping[str, Any],
    rules: Mapping[str, Any],
) -> bool:
    done = act(
        rt,
        lambda session: service.set_icp(
            session, viewer, found.row.id, icp, rules=rules, version=found.version, now=rt.now()
        ),
    )
    return done is not None
