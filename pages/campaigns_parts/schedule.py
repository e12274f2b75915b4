"""When a campaign sends: days, hours, zone, first and last day; and what its mailboxes allow."""

from datetime import time

import streamlit as st

from core.domain.access import Act, Viewer
from core.queries import mailboxes
from core.queries.campaigns import CampaignDetail
from core.runtime import Runtime
from core.services import campaign_settings
from core.services import campaigns as service
from db.session import reading
from pages.ui import boxes as standing
from pages.ui import forms, tables, words
from pages.ui.actions import act


def draw(rt: Runtime, viewer: Viewer, found: CampaignDetail) -> None:
    """The form, then the mailboxes with what they may send today."""
    if form(rt, viewer, found):
        st.rerun()
    now = rt.now()
    with reading(rt.sessions) as session:
        boxes = [
            box
            for box in mailboxes.mailboxes(session, viewer, now=now, campaign_id=found.row.id)
            if box.client == found.row.client
        ]
    st.header("Mailboxes of the client", anchor=False)
    if not boxes:
        st.caption("None yet.")
        st.page_link("settings.py", label="Connect one", query_params={"part": "mailboxes"})
        return
    tables.table(
        boxes,
        [
            tables.text("Mailbox", lambda box: box.address),
            standing.column(),
            tables.number("Sent today", lambda box: box.sent_today),
            tables.number("May send today", lambda box: box.cap_today),
            tables.number("Full speed a day", lambda box: box.daily_cap),
            tables.text("Next", lambda box: words.moment(box.next_at, viewer, now)),
            tables.text("What holds it", lambda box: " ".join(box.reasons), width="large"),
        ],
        key="campaign.mailboxes",
    )
    ahead = mailboxes.forecast(tuple(boxes))
    st.caption(
        f"Of this campaign {ahead.goes:,} more can go today, {ahead.over:,} wait for another day. "
        f"The mailboxes have sent {ahead.sent:,} today, for all campaigns."
    )


def form(rt: Runtime, viewer: Viewer, found: CampaignDetail, label: str = "Save schedule") -> bool:
    """The schedule's form; gives whether it was saved."""
    known = campaign_settings.read(found.settings)
    with st.form("campaign.schedule"):
        days = forms.weekdays("Days", known.window.days, key="schedule.days")
        with st.container(horizontal=True):
            start = st.time_input("From", known.window.start, step=1800)
            end = st.time_input("Until", known.window.end, step=1800)
            first = st.date_input("First day", found.starts_on, key="schedule.first")
            last = st.date_input("Last day", found.ends_on, key="schedule.last")
        zone = forms.timezone(
            "Time zone where a person's own is unknown", known.timezone, key="schedule.zone"
        )
        st.caption("Hours are those of the person written to. Holidays there are left out.")
        saved = st.form_submit_button(
            label, type="primary", disabled=not viewer.may(Act.EDIT_CAMPAIGNS)
        )
    if not saved:
        return False
    window = {"days": days, "start": _hours(start), "end": _hours(end)}
    done = act(
        rt,
        lambda session: service.update(
            session, viewer, found.row.id, version=found.version, now=rt.now(),
            settings={"window": window, "timezone": zone}, starts_on=first, ends_on=last,
        ),
        done="The schedule is saved.",
    )  # fmt: skip
    return done is not None


def _hours(at: time) -> str:
    return f"{at:%H:%M}"
