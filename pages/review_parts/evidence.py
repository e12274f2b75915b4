"""What speaks for and against, and what the decision does, in words."""

from datetime import datetime

import streamlit as st

from core.domain.access import Viewer
from core.domain.states import ReviewKind
from core.queries.review import Card
from core.queries.review_streams import OF_CAMPAIGN
from pages.leads_parts import scored, told
from pages.ui import words


def draw(found: Card, viewer: Viewer, now: datetime) -> None:
    """The evidence, then what happens next."""
    lead = found.lead
    st.markdown("**Evidence**")
    if found.row.kind != ReviewKind.LEAD:
        st.markdown(words.text(found.row.why))
    if lead is not None:
        if found.row.kind != ReviewKind.LEAD:
            told.heading(lead, viewer, now, size="###")
            scored.reasons(lead.reasons, limit=3)
        told.signals(lead, viewer, now)
        told.facts(lead.facts, viewer, now, limit=5)
        told.others(lead)
        _namesakes(found)
        _alike(found)
    st.markdown("**What happens next**")
    st.markdown(_next(found, viewer, now))
    if lead is not None:
        for hold in lead.next_up.holds:
            st.markdown(f":orange[:material/hourglass_empty: {words.text(hold)}]")
        st.page_link(
            "leads.py", label="Open the lead", icon=":material/open_in_new:",
            query_params={"lead": str(lead.row.lead_id)},
        )  # fmt: skip


def _namesakes(found: Card) -> None:
    """Others of the same name: perhaps the same person under another address."""
    if not found.namesakes:
        return
    lines = st.container(key="lines.namesakes", gap="xsmall")
    for other in found.namesakes:
        label = f"Same name: {words.text(other.email)}"
        if other.lead_id is None:
            lines.markdown(f":material/content_copy: {label}")
            continue
        lines.page_link(
            "leads.py", label=label, icon=":material/content_copy:",
            query_params={"lead": str(other.lead_id)},
        )  # fmt: skip


def _alike(found: Card) -> None:
    """Leads that converted and resemble this one."""
    if not found.alike:
        return
    st.markdown("**Similar leads that converted**")
    lines = st.container(key="lines.alike", gap="xsmall")
    for one in found.alike:
        company = f", {words.text(one.company)}" if one.company else ""
        lines.page_link(
            "leads.py", label=f"{words.text(one.name)}{company}", icon=":material/paid:",
            query_params={"lead": str(one.lead_id)},
        )  # fmt: skip
        lines.caption(f"Same {words.text(', '.join(one.shared))}")


def mail(found: Card, viewer: Viewer, now: datetime) -> None:
    """The mail as it would arrive, after what it answers."""
    shown = found.mail
    if shown is None:
        return
    st.markdown(f"## {words.text(found.row.title)}")
    step = f" · step {shown.step}" if shown.step else ""
    st.caption(
        f"From {words.text(shown.from_address)} to {words.text(shown.to_address)}{step} · "
        f"{words.text(found.row.campaign)}"
    )
    if found.row.kind == ReviewKind.UNCERTAIN_SEND:
        st.warning(
            f"Nobody knows whether this mail went out. {words.text(shown.error)} Look into the "
            "mailbox's sent folder, then say what you found.",
            icon=":material/help:",
        )
    if shown.answers:
        with st.container(border=True, gap="xsmall"):
            st.caption("They wrote")
            st.text(shown.answers)
    with st.container(border=True, gap="small"):
        st.markdown(f"**{words.text(shown.subject)}**")
        st.text(shown.body_text)
    st.caption("The footer with the postal address and the unsubscribe link is added on sending.")


def paper(found: Card) -> None:
    """The finished file."""
    shown = found.paper
    if shown is None:
        return
    st.markdown(f"## {words.text(shown.title)}")
    period = f"{words.day(shown.period_start)} – {words.day(shown.period_end)}"
    st.caption(f"{shown.format.upper()} · {words.size(shown.bytes)} · {period}")
    st.page_link(
        "exports.py", label="Look at it", icon=":material/visibility:",
        query_params={"deliverable": str(shown.deliverable_id)},
    )  # fmt: skip


def _next(found: Card, viewer: Viewer, now: datetime) -> str:
    if found.lead is not None and found.lead.next_up.over and found.row.kind in OF_CAMPAIGN:
        return words.text(found.lead.next_up.sentence)
    if found.row.kind == ReviewKind.LEAD:
        tier = found.lead.row.tier if found.lead else None
        path = f"the *{words.label(tier)}* sequence" if tier else "a sequence"
        return f"Approved → qualified, then routed into {path}; its first e-mail is written next."
    if found.row.kind == ReviewKind.DELIVERABLE:
        return "Approved → the client's people may download it."
    if found.row.kind == ReviewKind.UNCERTAIN_SEND:
        return "Sent → the sequence goes on. Not sent → the same mail goes out again, once."
    at = found.mail.goes_at if found.mail else None
    when = words.moment(max(at, now), viewer, now) if at else "as soon as nothing holds it"
    return f"Approved → goes out {when}, within the mailbox's window and cap."
