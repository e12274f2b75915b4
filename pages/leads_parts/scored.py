"""How good a lead is and why: three scores, how each number comes about, and the reasons."""

from collections.abc import Sequence

import streamlit as st

from core.domain import scoring
from core.queries.lead_detail import LeadDetail, Reason
from pages.ui import words

AXES = ("fit", "opportunity", "engagement")


def scores(found: LeadDetail) -> None:
    """The three scores, never blended, and in words how fit and total come about."""
    row = found.row
    if row.total is None:
        st.caption("Not scored yet.")
        return
    with st.container(horizontal=True, gap="small"):
        for label, value in (
            ("Fit", row.fit),
            ("Opportunity", row.opportunity),
            ("Engagement", row.engagement),
        ):
            st.metric(label, words.number(value), border=True, width=130)
    st.caption("  \n".join(part for part in (_fit(found), _total(found)) if part))


def reasons(given: Sequence[Reason], limit: int = 8) -> None:
    """Points and sentences: green gave, red took, orange is unknown."""
    if not given:
        return
    st.markdown("**Why**")
    shown = [_reason(reason) for reason in given[:limit]]
    st.markdown("  \n".join(shown))
    if len(given) > limit:
        with st.expander(f"{len(given) - limit} more"):
            st.markdown("  \n".join(_reason(reason) for reason in given[limit:]))


def _fit(found: LeadDetail) -> str:
    told = scoring.judged(
        (one.points, one.of, one.known) for one in found.reasons if one.axis == "fit"
    )
    if told is None:
        return ""
    sentence = (
        f"Fit {words.number(found.row.fit)} = {told.earned} of the {told.possible} points that "
        "could be judged, in percent"
    )
    if not told.unknown:
        return f"{sentence}; all that the campaign asks for is known."
    verb = "is" if told.unknown == 1 else "are"
    return (
        f"{sentence}; {told.unknown} of {words.counted(told.criteria, 'criterion', 'criteria')} "
        f"{verb} unknown and left out."
    )


def _total(found: LeadDetail) -> str:
    row, total = found.row, f"Total {words.number(found.row.total)}"
    if found.shares is None:
        return f"{total}, by rules that were changed since. Each score goes from 0 to 100."
    axes = zip(found.shares, (row.fit, row.opportunity, row.engagement), AXES, strict=True)
    parts = [f"{share:.0%} of {name} {words.number(value or 0)}" for share, value, name in axes]
    return f"{total} = {' + '.join(parts)}. Each score goes from 0 to 100."


def _reason(reason: Reason) -> str:
    sentence = words.text(reason.sentence)
    if not reason.known:
        return f":orange[?] {sentence}"
    if reason.points < 0:
        return f":red[−{words.number(-reason.points)}] {sentence}"
    if reason.points == 0:
        return f":gray[0] {sentence}"
    return f":green[+{words.number(reason.points)}] {sentence}"
