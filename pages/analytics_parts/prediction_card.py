"""The card of one version: what it is worth, how its chances come true, what it learned from."""

import streamlit as st

from core.domain.access import Act, Viewer
from core.domain.predictions import HistorySource, PredictorState
from core.domain.states import JobName
from core.learn.predict_card import Card
from core.queries.predictions import VersionRow
from core.runtime import Runtime
from core.services import predictors
from pages.ui import charts, figures, tables, words
from pages.ui.actions import act, run_now
from pages.ui.forms import confirm

KINDS = {"number": "Number", "date": "Days before", "choice": "Choice", "words": "Several words"}


def draw(rt: Runtime, viewer: Viewer, found: VersionRow) -> None:
    """Verdict and figures, the picture beside the columns, what a person may do."""
    with st.container(border=True):
        st.markdown(f"**Version {found.number}** {words.chip(found.state)}")
        st.caption(_when(rt, viewer, found))
        if found.card is None:
            st.error(words.text(found.note or "Its card cannot be read."), icon=":material/error:")
            return
        _verdict(found.card)
        if viewer.may(Act.EDIT_CAMPAIGNS):
            _decide(rt, viewer, found)
    left, right = st.columns(2, gap="medium")
    with left, st.container(border=True):
        _picture(found.card, found.number)
    with right, st.container(border=True):
        _columns(found.card)
    with st.expander("What it learned from, and how"):
        _made(found.card)


def source(found: VersionRow) -> str:
    """Where the outcomes came from."""
    if found.source is HistorySource.FILE:
        return f"List: {found.filename}"
    return "Own leads" + (
        f", silent after {words.counted(found.quiet_days, 'day')}" if found.quiet_days else ""
    )


def _when(rt: Runtime, viewer: Viewer, found: VersionRow) -> str:
    now = rt.now()
    parts = [words.text(source(found)), f"ordered by {words.text(found.by or 'somebody')}"]
    if found.trained_at:
        parts.append(f"done {words.moment(found.trained_at, viewer, now)}")
    if found.accepted_at:
        who = words.text(found.accepted_by or "somebody")
        parts.append(f"accepted by {who} {words.moment(found.accepted_at, viewer, now)}")
    return " · ".join(parts)


def _verdict(card: Card) -> None:
    say = st.success if card.signal else st.warning
    say(words.text(card.verdict), icon=f":material/{'check_circle' if card.signal else 'block'}:")
    told = card.figures
    span = f"{told.auc_low:.2f} to {told.auc_high:.2f}"
    with st.container(horizontal=True, gap="small"):
        for label, value, note in (
            ("AUC (chance is 0.5)", f"{told.auc:.2f}", span),
            ("Lift at 10%", f"{told.lift:.1f}×", "best tenth against all"),
            ("Brier score", f"{told.brier:.3f}", f"{told.brier_base:.3f} without it"),
            ("Judged on", words.number(told.rows), f"{words.number(told.converted)} converted"),
        ):
            st.metric(
                label, value, border=True, width=160, delta=note, delta_color="off",
                delta_arrow="off",
            )  # fmt: skip
    for note in card.notes:
        st.markdown(f":orange[:material/warning: {words.text(note)}]")


def _decide(rt: Runtime, viewer: Viewer, found: VersionRow) -> None:
    with st.container(horizontal=True, gap="small"):
        if found.state in (PredictorState.PROPOSED, PredictorState.RETIRED):
            st.button(
                "Use this version", type="primary", icon=":material/check:",
                key=f"prediction.{found.predictor_id}.accept", on_click=_accept,
                args=(rt, viewer, found.predictor_id),
            )  # fmt: skip
            st.caption(
                "It then speaks of every open lead, in a column of its own. The version before it "
                "is put aside; score and tier stay as they are.",
                width="content",
            )
        if found.state is PredictorState.ACTIVE:
            confirm(
                "Stop using it", "Leads then show no prediction. You can take it up again.",
                "Stop", _end, rt, viewer, found.predictor_id,
                key=f"prediction.{found.predictor_id}.end", icon=":material/stop_circle:",
            )  # fmt: skip


def _picture(card: Card, number: int) -> None:
    bands = card.figures.bands
    said = "; ".join(f"{b.said:.0%} said, {b.came:.0%} came" for b in bands)
    charts.show(
        figures.calibration(bands), alt=f"Chances said and what came: {said}",
        key=f"prediction.picture.{number}",
    )  # fmt: skip
    st.caption(
        f"{words.counted(card.figures.rows, 'lead')} it had never seen, in "
        f"{words.counted(len(bands), 'part')} of the same size, with 95% intervals. On the line, "
        "chances come true."
    )


def _columns(card: Card) -> None:
    leaks = [one for one in card.left_out if one.leak]
    if leaks:
        st.markdown("**Left out: known only afterwards**")
        for one in leaks:
            st.markdown(f":red[:material/visibility_off:] **{words.text(one.name)}** "
                        f":gray[{words.text(one.reason)}]")  # fmt: skip
    st.markdown("**What it looks at**")
    tables.table(
        card.used,
        [
            tables.text("Column", lambda one: one.name, width=150),
            tables.share("Weight", lambda one: one.strength),
            tables.text("Kind", lambda one: KINDS.get(one.kind, one.kind), width=100),
        ],
        key="prediction.used",
        alt="Columns learned from, with their share in the differences between leads",
    )
    others = [one for one in card.left_out if not one.leak]
    if others:
        with st.expander(f"{words.counted(len(others), 'column')} left out for other reasons"):
            for one in others:
                st.markdown(f"**{words.text(one.name)}** :gray[{words.text(one.reason)}]")


def _made(card: Card) -> None:
    st.markdown(
        f"{words.counted(card.rows, 'lead')} with an outcome, {words.number(card.converted)} "
        f"converted. {words.text(card.split)} {words.text(card.method)}"
    )
    for part in card.parts:
        span = f", {words.day(part.first)} to {words.day(part.last)}" if part.first else ""
        st.markdown(
            f"{part.use}: {words.counted(part.rows, 'lead')}, "
            f"{words.number(part.converted)} converted{span}"
        )
    by_chance = max(card.figures.by_chance, 0.001)
    st.caption(
        f"Shuffled outcomes did as well in {words.percent(by_chance)} of 2,000 tries; from 1% on "
        "it counts as no signal."
    )


def _accept(rt: Runtime, viewer: Viewer, predictor_id: int) -> None:
    done = act(
        rt, lambda s: predictors.accept(s, viewer, predictor_id, now=rt.now()).number,
        done=lambda number: f"Version {number} is in use.",
    )  # fmt: skip
    if done is not None:
        run_now(rt, viewer, JobName.PREDICT)


def _end(rt: Runtime, viewer: Viewer, predictor_id: int) -> None:
    act(
        rt, lambda s: predictors.end(s, viewer, predictor_id, now=rt.now()).number,
        done=lambda number: f"Version {number} is no longer in use.",
    )  # fmt: skip
