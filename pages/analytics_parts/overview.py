"""The funnel, the days, the targets."""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from core.domain.figures import Day, Funnel, Goal, Overview
from core.domain.periods import Period
from pages.analytics_parts import why
from pages.ui import charts, figures, tables, words


def draw(view: Overview, funnel: Funnel, days: Sequence[Day], period: Period, today: date) -> None:
    """Left how far leads came, right when; below what was aimed at."""
    left, right = st.columns(2, gap="medium")
    with left:
        alt = ", ".join(f"{figures.stage_name(s.name)} {s.count:,}" for s in funnel.stages)
        charts.show(figures.funnel(funnel.stages), alt=f"Funnel: {alt}", key="analytics.funnel")
        st.caption(_whose(funnel, period, today))
    with right:
        now = view.now
        alt = f"{now.reached:,} reached, {now.replied:,} replied, {now.positive:,} positively"
        charts.show(figures.trend(days), alt=alt, key="analytics.trend")
        st.caption(
            "What happened on each day (UTC), to whichever leads. Out-of-office notes and bounces "
            "are not replies."
        )
    with st.expander("Why the funnel's numbers are not those of the cards", icon=":material/help:"):
        st.markdown(_apart(view, funnel, period, today))
    if view.goals:
        _goals(view.goals, today)
    why.chooser(view.now, funnel)


def _apart(view: Overview, funnel: Funnel, period: Period, today: date) -> str:
    """The two ways to count, on the numbers that stand here."""
    counts = {stage.name: stage.count for stage in funnel.stages}
    came = f"until {words.day(period.last, today)}" if funnel.whole else str(period)
    return (
        f"- **Cards and days** count what happened {period}, to any lead: "
        f"**{words.counted(view.now.reached, 'lead')}** got the first mail then, and some may "
        "have come in long before.\n"
        f"- **The funnel** follows the **{words.counted(counts['harvested'], 'lead')}** that came "
        f"in {came}, up to today: **{words.number(counts['reached'])}** of them have got a mail by "
        "now, some perhaps after the period.\n\n"
        "So a lead that came in earlier is in the cards alone, and one that is written to later in "
        "the funnel alone. The same holds for replies and meetings."
    )


def _whose(funnel: Funnel, period: Period, today: date) -> str:
    came = funnel.stages[0].count
    if funnel.whole:
        until = words.day(period.last, today)
        whose = f"No lead came in in these days: all {came:,} that came in until {until}"
    else:
        whose = f"The {words.counted(came, 'lead')} that came in {period}"
    return f"{whose}, and how far they have got by now. Share of the step before."


def _goals(goals: Sequence[Goal], today: date) -> None:
    st.header("Against target", anchor=False)
    tables.table(
        goals,
        [
            tables.text("Metric", lambda goal: words.label(goal.metric), width="medium"),
            tables.share("Reached", lambda goal: min(goal.share.value or 0.0, 1.0), width="medium"),
            tables.number("So far", lambda goal: goal.actual),
            tables.number("Target", lambda goal: goal.target),
            tables.text("Due", lambda goal: words.day(goal.due_on, today)),
            tables.number("At this pace", lambda goal: goal.projected,
                          hint="Where the pace of the last 28 days leads by the due day"),
            tables.tags("Course", _COURSE, _course),
        ],
        key="analytics.goals",
        alt="Targets and what is reached since the campaigns began",
    )  # fmt: skip


_COURSE = {"On course": "green", "Behind": "orange", "Reached": "green", "No date": "gray"}


def _course(goal: Goal) -> list[str]:
    if goal.actual >= goal.target:
        return ["Reached"]
    return [{True: "On course", False: "Behind", None: "No date"}[goal.on_course]]
