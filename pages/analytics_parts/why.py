"""Why this number: what is counted, numerator and denominator, and the rows themselves."""

from datetime import date

import streamlit as st

from core.domain.access import Viewer
from core.domain.figures import Behind, Dimension, Figures, Funnel, Metric
from core.domain.periods import Period
from core.domain.states import ConversionKind, EventKind, ReplyIntent
from core.errors import AicmoError
from core.queries import behind
from core.queries.paging import Page
from core.runtime import Runtime
from db.session import reading
from pages.analytics_parts.asked import Asked
from pages.ui import figures, filters, tables, words
from pages.ui.page import empty, go

NAMES = {
    Metric.REACHED: "Leads reached",
    Metric.REPLIED: "Leads that replied",
    Metric.POSITIVE: "Positive replies",
    Metric.BOUNCED: "Bounces",
    Metric.MEETINGS: "Meetings",
    Metric.WON: "Deals won",
}
MEANING = {
    Metric.REACHED: "leads whose first mail went out in these days",
    Metric.REPLIED: "leads whose first reply came in these days; machines are not counted",
    Metric.POSITIVE: "leads whose first interested answer, question or wish to meet came",
    Metric.BOUNCED: "mails that came back in these days",
    Metric.MEETINGS: "meetings that a person marked, on the day they were held",
    Metric.WON: "deals that a person marked as won, on that day",
}


def chooser(now: Figures, funnel: Funnel) -> None:
    """Pills that open the rows behind a number, and behind a step of the funnel."""
    counts = {metric: getattr(now, metric) for metric in Metric}
    options = {str(m): f"{NAMES[m]} {counts[m]:,}" for m in Metric if counts[m]}
    if options:
        st.header("Why this number", anchor=False)
        filters.pills("why", options, label="Open the rows behind a number of these days")
    steps = {
        stage.name: f"{figures.stage_name(stage.name)} {stage.count:,}"
        for stage in funnel.stages
        if stage.count
    }
    if steps:
        filters.choice("step", "Open a step of the funnel", steps, every="None")


def draw_stage(rt: Runtime, viewer: Viewer, asked: Asked, funnel: Funnel) -> bool:
    """The leads of the step of the funnel that the URL names; tells whether it names one."""
    stage = filters.value("step")
    if stage not in {one.name for one in funnel.stages}:
        return False
    period = Period(date.min, asked.period.last) if funnel.whole else asked.period
    with reading(rt.sessions) as session:
        page = behind.came_in(
            session, viewer, stage, period=period, campaign_id=asked.campaign_id,
            cursor=filters.value("cursor"),
        )  # fmt: skip
    name = figures.stage_name(stage)
    st.markdown(f"**{name}**: leads that came in then, and got so far or farther by now.")
    _table(rt, viewer, page, name)
    return True


def draw(rt: Runtime, viewer: Viewer, asked: Asked, now: Figures, *, line: bool = False) -> None:
    """The rows behind the number that the URL names; with `line`, of one line of the breakdown."""
    metric = filters.value("why")
    if metric not in set(Metric):
        return
    wanted = Metric(metric)
    dim, key = filters.value("dim"), filters.value("key")
    split = Dimension(dim) if line and dim in set(Dimension) and key else None
    if line and split is None:
        return
    st.markdown(
        f"**{NAMES[wanted]}**: {MEANING[wanted]}, {asked.period}.{_share(wanted, now)}"
        if split is None
        else f"**{NAMES[wanted]}** in this line: {MEANING[wanted]}."
    )
    if split is not None:
        _other_metrics()
    try:
        with reading(rt.sessions) as session:
            page = behind.rows(
                session, viewer, wanted, period=asked.period, campaign_id=asked.campaign_id,
                dimension=split, key=key if split else None, cursor=filters.value("cursor"),
            )  # fmt: skip
    except (AicmoError, ValueError):
        empty("This line does not exist.", "All numbers", to="analytics.py")
        return
    if not page.rows:
        empty("Nothing was counted here.", "All numbers", to="analytics.py", icon="search_off")
        return
    _table(rt, viewer, page, NAMES[wanted])


def _table(rt: Runtime, viewer: Viewer, page: Page[Behind], name: str) -> None:
    chosen = tables.table(page.rows, _columns(viewer, rt), key="analytics.behind", select=True,
                          alt=f"{name}: the rows")  # fmt: skip
    tables.pager(page, "rows")
    if chosen is not None:
        go("leads.py", lead=chosen.lead_id)


def _share(metric: Metric, now: Figures) -> str:
    """Numerator and denominator in words."""
    whole = now.sent if metric is Metric.BOUNCED else now.reached
    part = getattr(now, metric)
    if metric is Metric.REACHED or not whole:
        return ""
    per = "mails sent" if metric is Metric.BOUNCED else "leads reached"
    return f" {part:,} of {whole:,} {per}: {words.percent(part, whole)}."


def _other_metrics() -> None:
    shown = (Metric.REACHED, Metric.REPLIED, Metric.POSITIVE)
    filters.pills("why", {str(m): NAMES[m] for m in shown}, label="What to open")


def _columns(viewer: Viewer, rt: Runtime) -> list[tables.Column]:
    now = rt.now()
    return [
        tables.text("When", lambda row: words.moment(row.at, viewer, now)),
        tables.text("Lead", lambda row: row.name, width="medium"),
        tables.text("E-mail", lambda row: row.email, width="medium"),
        tables.text("Company", lambda row: row.company),
        tables.text("Campaign", lambda row: row.campaign),
        tables.text("What", _what),
    ]


def _what(row: Behind) -> str:
    for known in (ReplyIntent, ConversionKind, EventKind):
        if row.what in set(known):
            return words.label(known(row.what))
    return words.label(row.what) if row.what.startswith("step ") else row.what
