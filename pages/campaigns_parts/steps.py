"""The sequences that a campaign's leads are sent through, step by step."""

import streamlit as st

from core.domain.access import Act, Viewer
from core.queries import sequences
from core.queries.campaigns import CampaignDetail
from core.queries.sequences import SequenceRow, StepRow
from core.runtime import Runtime
from core.services import campaigns as service
from db.session import reading
from pages.ui import words
from pages.ui.actions import act
from pages.ui.page import empty

DAY = 86_400  # seconds


def draw(rt: Runtime, viewer: Viewer, found: CampaignDetail) -> None:
    """The choice of the fallback, then each sequence in use."""
    with reading(rt.sessions) as session:
        used = sequences.in_use(session, viewer, found.row.id)
        known = sequences.available(session, viewer, client_id=found.row.client_id)
    if choose(rt, viewer, found, known):
        st.rerun()
    if not used:
        empty("No sequence is in use. Choose one, or write one of your own.", "Open Content",
              to="content.py", icon="linear_scale")  # fmt: skip
        return
    for sequence in used:
        _sequence(sequence, found)
    st.page_link("content.py", label="Change texts in Content", icon=":material/edit_note:")


def choose(
    rt: Runtime,
    viewer: Viewer,
    found: CampaignDetail,
    known: tuple[SequenceRow, ...],
    label: str = "Save",
) -> bool:
    """Which sequence takes the leads that no tier's sequence takes; gives whether it was saved."""
    names = {
        0: "By tier alone",
        **{row.id: f"{row.name} · {words.counted(len(row.steps), 'step')}" for row in known},
    }
    present = found.fallback_sequence_id or 0
    with st.form("campaign.fallback"):
        chosen = st.selectbox(
            "Sequence of the campaign",
            list(names),
            index=list(names).index(present) if present in names else 0,
            format_func=lambda row_id: names[row_id],
            help="Leads of a tier with a sequence of its own go through that one, all others "
            "through this.",
        )
        saved = st.form_submit_button(
            label, type="primary", disabled=not viewer.may(Act.EDIT_CAMPAIGNS)
        )
    if not saved:
        return False
    done = act(
        rt,
        lambda session: service.update(
            session, viewer, found.row.id, version=found.version, now=rt.now(),
            fallback_sequence_id=chosen or None,
        ),
        done="The sequence is saved.",
    )  # fmt: skip
    return done is not None


def _sequence(sequence: SequenceRow, found: CampaignDetail) -> None:
    marks = [words.chip(sequence.tier)] if sequence.tier else []
    if sequence.id == found.fallback_sequence_id:
        marks.append(":blue-badge[Fallback]")
    if sequence.client_id is None:
        marks.append(":gray-badge[Library]")
    st.header(f"{words.text(sequence.name)} {' '.join(marks)}", anchor=False)
    with st.container(border=True, gap="xsmall"):
        for step in sequence.steps:
            _step(step)


def _step(step: StepRow) -> None:
    when = "at once" if step.position == 1 else f"{words.duration(DAY * step.delay_days)} later"
    variants = f" · {len(step.wordings)} wordings" if len(step.wordings) > 1 else ""
    subject = words.text(step.wordings[0].subject) if step.wordings else "no text"
    with st.expander(f"**{step.position}** · {when} · {subject}{variants}", type="compact"):
        for wording in step.wordings:
            st.markdown(f"**{wording.label}** · {words.text(wording.subject)}")
            st.text(wording.body)
