"""What a person may do to a lead: move, note, assign, suppress, mark a conversion."""

import streamlit as st

from core.domain import lifecycle
from core.domain.access import Act, Viewer
from core.domain.states import ConversionKind, LeadState, SuppressionKind, SuppressionReason
from core.queries import clients, users
from core.queries.lead_detail import LeadDetail
from core.runtime import Runtime
from core.services import conversions, leads, suppressions
from db.session import reading
from pages.ui import words
from pages.ui.actions import act
from pages.ui.again import again

# moves that a stage or another door makes: not offered by hand
NOT_BY_HAND = (LeadState.SUPPRESSED, LeadState.CONVERTED, LeadState.ROUTED, LeadState.NURTURED)


def draw(rt: Runtime, viewer: Viewer, found: LeadDetail) -> None:
    """One button an act; each opens a small form."""
    with st.container(horizontal=True, gap="xsmall"):
        _move(rt, viewer, found)
        _note(rt, viewer, found)
        _assign(rt, viewer, found)
        if found.row.state != LeadState.SUPPRESSED:
            _conversion(rt, viewer, found)
            if viewer.may(Act.SUPPRESS):
                _suppress(rt, viewer, found)


def _move(rt: Runtime, viewer: Viewer, found: LeadDetail) -> None:
    lead_id = found.row.lead_id
    legal = lifecycle.LEAD_MOVES[found.row.state]
    to = [state for state in LeadState if state in legal and state not in NOT_BY_HAND]
    if not to:
        return
    with st.popover("Move", icon=":material/swap_horiz:"), st.form("lead.move", border=False):
        wanted = st.selectbox("To", to, format_func=words.label, key="lead.move.to")
        reason = st.text_input("Reason", key="lead.move.reason", help="Stays in the history.")
        if st.form_submit_button("Move", type="primary"):
            done = act(
                rt,
                lambda s: leads.move(s, viewer, lead_id, wanted, reason=reason, now=rt.now()),
            )
            again(done, f"{found.row.name} is now {words.label(wanted).lower()}.")


def _note(rt: Runtime, viewer: Viewer, found: LeadDetail) -> None:
    lead_id = found.row.lead_id
    with st.popover("Note", icon=":material/sticky_note_2:"), st.form("lead.note", border=False):
        text = st.text_area("Note", key="lead.note.text")
        if st.form_submit_button("Keep the note", type="primary"):
            done = act(rt, lambda s: (leads.note(s, viewer, lead_id, text, now=rt.now()), True))
            again(done, "The note is kept.")


def _assign(rt: Runtime, viewer: Viewer, found: LeadDetail) -> None:
    lead_id = found.row.lead_id
    with reading(rt.sessions) as session:
        people = dict(users.colleagues(session, viewer, found.client_id))
    with st.popover("Assign", icon=":material/person_add:"), st.form("lead.assign", border=False):
        options = [0, *people]
        index = options.index(found.owner_id) if found.owner_id in people else 0
        owner = st.selectbox(
            "Owner", options, index=index, format_func=lambda i: people.get(i, "Nobody"),
            key="lead.assign.to",
        )  # fmt: skip
        if st.form_submit_button("Assign", type="primary"):
            done = act(
                rt,
                lambda s: leads.assign(s, viewer, lead_id, owner or None, now=rt.now()),
            )
            again(done, f"{people.get(owner, 'Nobody')} owns it now.")


def _conversion(rt: Runtime, viewer: Viewer, found: LeadDetail) -> None:
    lead_id = found.row.lead_id
    with reading(rt.sessions) as session:
        client = clients.one(session, viewer, found.client_id)
    currency = client.currency if client else "EUR"
    with (
        st.popover("Conversion", icon=":material/handshake:"),
        st.form("lead.conversion", border=False),
    ):
        kind = st.selectbox(
            "What", list(ConversionKind), format_func=words.label, key="lead.conversion.kind"
        )
        value = st.number_input(f"Value ({currency})", min_value=0.0, key="lead.conversion.value")
        note = st.text_input("Note", key="lead.conversion.note")
        if st.form_submit_button("Mark", type="primary"):
            now = rt.now()
            done = act(
                rt,
                lambda s: conversions.record(
                    s, viewer, lead_id, kind, value_minor=round(value * 100), currency=currency,
                    at=now, note=note or None, now=now,
                ),
            )  # fmt: skip
            again(done, f"{words.label(kind)} marked for {found.row.name}.")


def _suppress(rt: Runtime, viewer: Viewer, found: LeadDetail) -> None:
    domain = found.row.email.rpartition("@")[2]
    choices = {SuppressionKind.ADDRESS: found.row.email, SuppressionKind.DOMAIN: domain}
    with (
        st.popover("Suppress", icon=":material/do_not_disturb_on:"),
        st.form("lead.suppress", border=False),
    ):
        st.markdown("Nothing is sent there any more, and what waits is cancelled at once.")
        kind = st.radio(
            "What", list(choices), format_func=lambda k: f"{words.label(k)}: {choices[k]}",
            key="lead.suppress.kind",
        )  # fmt: skip
        why = st.selectbox(
            "Why",
            [SuppressionReason.MANUAL, SuppressionReason.OPT_OUT, SuppressionReason.LEFT_COMPANY],
            format_func=words.label,
            key="lead.suppress.why",
        )
        if st.form_submit_button("Suppress", type="primary"):
            done = act(
                rt,
                lambda s: suppressions.suppress(
                    s, viewer, choices[kind], kind=kind, client_id=found.client_id, reason=why,
                    source=f"By {viewer.name}", now=rt.now(),
                ),
            )  # fmt: skip
            again(done, f"{choices[kind]} is suppressed.")
