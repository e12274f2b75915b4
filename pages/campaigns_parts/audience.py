"""Whom a campaign looks for, and how the present leads would move under it."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.domain.access import Act, Viewer
from core.queries.campaigns import CampaignDetail
from core.runtime import Runtime
from core.services import campaigns as service
from core.services import what_if
from core.services.what_if import WhatIf
from pages.campaigns_parts import audience_fields as fields
from pages.campaigns_parts import audience_versions, moves
from pages.ui import filters, words
from pages.ui.actions import act, look
from pages.ui.again import again
from pages.ui.page import drawing_part

ASK = "ask"  # the URL's word for the dialog that asks before many leads move


def draw(rt: Runtime, viewer: Viewer, found: CampaignDetail) -> None:
    """The fields left, what they would do right; nothing is kept before it is saved."""
    versions = audience_versions.of(rt, viewer, found)
    older = audience_versions.used(found, versions)
    key = f"audience.{found.row.id}.{found.rules_version}.{older.number if older else 0}"
    known_icp, known_rules = (older.icp, older.rules) if older else (found.icp, found.rules)
    if older is not None:
        _say_older(older.number)
    left, right = st.columns([5, 4], gap="medium")
    with left, st.container(border=True):
        icp = fields.audience(known_icp, key)
        st.markdown("**Tiers and thresholds**")
        rules = {**found.rules, **fields.tiers(known_rules, key)}
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
    if pressed and told is not None and told.many:
        filters.put(**{ASK: "save"})
    elif pressed:
        _keep(rt, viewer, found, icp, rules)
    if filters.value(ASK) == "save" and told is not None and told.many:
        box = st.dialog("Save the audience", on_dismiss=_leave)
        box(_sure)(rt, viewer, found, icp, rules, told)
    audience_versions.draw(rt, viewer, found, versions)


def _say_older(number: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.info(
            f"The fields show version {number}. Saved, it becomes the newest one.",
            icon=":material/history:",
        )
        st.button(
            "Back to the saved one", key="audience.saved", on_click=filters.put,
            kwargs={audience_versions.USED: None},
        )  # fmt: skip


def _sure(
    rt: Runtime,
    viewer: Viewer,
    found: CampaignDetail,
    icp: Mapping[str, Any],
    rules: Mapping[str, Any],
    told: WhatIf,
) -> None:
    """Asked before many leads move."""
    with drawing_part():
        about = "About " if told.looked_at < told.of else ""
        st.markdown(
            f"**{about}{words.number(told.moving)} of {words.counted(told.of, 'open lead')}** "
            "change their tier with the next run. Nobody who was decided on is moved back, and "
            "the version before stays in the list."
        )
        if st.button("Save and move them", type="primary", key="audience.sure"):
            _keep(rt, viewer, found, icp, rules)


def _leave() -> None:
    filters.put(**{ASK: None})


def _keep(
    rt: Runtime,
    viewer: Viewer,
    found: CampaignDetail,
    icp: Mapping[str, Any],
    rules: Mapping[str, Any],
) -> None:
    if _save(rt, viewer, found, icp, rules):
        filters.put(**{ASK: None, audience_versions.USED: None})
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
