"""Two that may be one, side by side: what they are known by, what speaks for it, what differs."""

from collections.abc import Sequence

import streamlit as st

from core.domain.access import Viewer
from core.domain.lifecycle import LEAD_MOVES, is_further, may_move
from core.domain.matches import MatchKind
from core.domain.states import LeadState
from core.queries.merge_desk import STORED, LeadOf, PairShown, Side
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
    for sentence in _joined(found, sides[kept], sides[1 - kept]):
        st.markdown(f":material/info: {sentence}")
    return sides[kept].row_id, chosen


def _joined(found: PairShown, kept: Side, gone: Side) -> list[str]:
    """What becomes of two leads in one campaign: the further one goes on, whoever stays; of two
    that are as far the one of whom stays.
    """
    if found.kind is MatchKind.ACCOUNT:
        return []  # people of one company keep their leads
    if kept.opted_out or gone.opted_out:
        return ["The opt-out of one holds for both: nothing more is sent."]
    mine = {lead.campaign_id: lead for lead in kept.leads}
    return [
        _goes_on(mine[lead.campaign_id], lead, kept, gone)
        for lead in gone.leads
        if lead.campaign_id in mine
    ]


def _goes_on(mine: LeadOf, theirs: LeadOf, kept: Side, gone: Side) -> str:
    on, off, of_on, of_off = mine, theirs, kept, gone
    if is_further(theirs.state, mine.state):
        on, off, of_on, of_off = theirs, mine, gone, kept
    why = ", as that address stays" if on.state is off.state else ""
    rejected = off.state is not LeadState.REJECTED and may_move(
        LEAD_MOVES, off.state, LeadState.REJECTED
    )
    end = "ends as rejected" if rejected else f"stays {words.label(off.state).lower()}"
    return (
        f"Both are in {words.text(on.campaign)}: the lead of **{words.text(of_on.known_by)}** "
        f"{words.chip(on.state)} goes on with mails and history of both{why}; the lead of "
        f"**{words.text(of_off.known_by)}** {words.chip(off.state)} {end}."
    )


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
    lines_of = st.container(key=f"lines.{side.leads[0].lead_id}") if side.leads else st
    for lead in side.leads:
        lines_of.page_link(
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
