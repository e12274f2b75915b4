"""Two that may be one, side by side: what they are known by, what speaks for it, what differs."""

from collections.abc import Sequence

import streamlit as st

from core.domain.access import Viewer
from core.domain.lifecycle import is_further
from core.domain.states import LeadState
from core.queries.merge_desk import STORED, PairShown, Side
from core.runtime import Runtime
from pages.ui import words

FOR, AGAINST = ":green[:material/add: {}]", ":red[:material/remove: {}]"
MOST = 8  # sentences of evidence


def draw(rt: Runtime, viewer: Viewer, found: PairShown) -> None:
    """Both sides under one headline, then the evidence."""
    whose = "" if viewer.focus else f" · {words.text(found.client)}"
    st.markdown(f"**{sure(found.probability)} likely the same**{whose}")
    left, right = st.columns(2, gap="medium")
    for place, side, other in ((left, found.left, found.right), (right, found.right, found.left)):
        with place, st.container(border=True):
            _side(side, other, found, viewer, rt)
    told = [
        (FOR if bits > 0 else AGAINST).format(words.text(sentence))
        for sentence, bits in found.evidence[:MOST]
    ]
    st.markdown("  \n".join(told))


def choose(found: PairShown) -> tuple[int, list[str]]:
    """What a person chose: the id that stays, and the fields taken from the one that goes."""
    sides = (found.left, found.right)
    best = max((0, 1), key=lambda at: (not sides[at].shared, len(sides[at].leads), -at))
    st.markdown("**What stays**")
    kept = _one_of(found, "address", "Known by", [side.known_by for side in sides], best)
    chosen = []
    for name in found.differing():
        values = [side.fields[name] for side in sides]
        if _one_of(found, name, found.labels()[name], values, best) != kept:
            chosen.append(STORED.get(name, name))
    st.caption("Gaps are filled from the other; tags, leads, mails and notes of both are kept.")
    for sentence in _joined(found):
        st.markdown(f":material/info: {sentence}")
    return sides[kept].row_id, chosen


def _joined(found: PairShown) -> list[str]:
    """What becomes of two leads in one campaign: the further one goes on, whoever stays."""
    if found.left.opted_out or found.right.opted_out:
        return ["The opt-out of one holds for both: nothing more is sent."]
    states = {lead.campaign: lead.state for lead in found.left.leads}
    told = []
    for lead in found.right.leads:
        mine = states.get(lead.campaign)
        if mine is None:
            continue
        on, off = (mine, lead.state) if is_further(mine, lead.state) else (lead.state, mine)
        ends = "stays" if off in (LeadState.REJECTED, LeadState.SUPPRESSED) else "ends as rejected"
        end = "the other ends" if on is off else f"the one that is {words.chip(off)} {ends}"
        told.append(
            f"Both are in {words.text(lead.campaign)}: the one that is {words.chip(on)} goes on "
            f"with mails and history of both, {end}."
        )
    return told


def sure(probability: float) -> str:
    """A probability as people say it: never quite 100%."""
    return "More than 99%" if probability >= 0.995 else f"{100 * probability:.0f}%"


def _side(side: Side, other: Side, found: PairShown, viewer: Viewer, rt: Runtime) -> None:
    st.markdown(f"**{words.text(side.title)}**  \n{words.text(side.known_by)}")
    lines = []
    for name, label in found.labels().items():
        value = side.fields[name]
        if value and name not in ("first_name", "last_name", "name"):
            differs = bool(other.fields[name]) and other.fields[name] != value
            told = words.text(value[:120])
            lines.append(f":gray[{label}] {f':orange-background[{told}]' if differs else told}")
    if side.tags:
        lines.append(f":gray[Tags] {words.text(', '.join(side.tags))}")
    if side.people:
        lines.append(f":gray[People] {words.number(side.people)}")
    lines.append(f":gray[Known since] {words.moment(side.since, viewer, rt.now())}")
    st.markdown("  \n".join(lines))
    if side.opted_out is not None:
        st.markdown(f":red[:material/block: {words.label(side.opted_out)}: nothing is sent there.]")
    for lead in side.leads:
        st.page_link(
            "leads.py", label=f"{words.chip(lead.state)} {words.text(lead.campaign)}",
            query_params={"lead": str(lead.lead_id)},
        )  # fmt: skip


def _one_of(found: PairShown, name: str, label: str, values: Sequence[str], best: int) -> int:
    return int(
        st.segmented_control(
            label, (0, 1), default=best, required=True, key=f"merge.{found.pair_id}.{name}",
            format_func=lambda at: words.text(values[at][:80]),
        )
    )  # fmt: skip
