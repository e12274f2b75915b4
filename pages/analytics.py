"""What came of it: key figures, funnel, splits, replies, weeks (every number opens its rows); and
what is likely to come (?view=prediction).
"""

import streamlit as st

from core.queries import analytics, campaigns
from db.session import reading
from pages.analytics_parts import (
    answers_view,
    asked,
    breakdown,
    figures_row,
    overview,
    prediction,
    why,
)
from pages.ui import filters
from pages.ui.page import actions, empty, open_page

FACES = {"overview": "Overview", "split": "Breakdown", "replies": "Replies", "weeks": "Weeks"}

ahead = filters.value("view") == "prediction"
rt, viewer = open_page("Prediction" if ahead else "Analytics")
if ahead:
    prediction.draw(rt, viewer)
    st.stop()
today = rt.now().date()
with reading(rt.sessions) as session:
    names = campaigns.names(session, viewer)
if not names:
    empty("Nothing is counted yet. Numbers come once a campaign runs.", "Open campaigns",
          to="campaigns.py", icon="bar_chart")  # fmt: skip
    st.stop()

question = asked.draw(today, names)
with actions():
    st.page_link(
        "analytics.py", label="Prediction", icon=":material/online_prediction:",
        query_params={"view": "prediction"},
    )  # fmt: skip
    st.page_link("exports.py", label="Make a client report", icon=":material/description:")
with reading(rt.sessions) as session:
    view = analytics.overview(
        session, viewer, period=question.period, compare=question.compare,
        campaign_id=question.campaign_id,
    )  # fmt: skip
    funnel = analytics.funnel(
        session, viewer, period=question.period, campaign_id=question.campaign_id
    )
    days = analytics.trend(
        session, viewer, period=question.period, campaign_id=question.campaign_id
    )
st.caption(f"{question.period} · rates are per lead reached · days are UTC")
figures_row.draw(view, days, question.period)

face = filters.tabs("view", FACES)
if face == "split":
    breakdown.draw(rt, viewer, question)
elif face == "replies":
    answers_view.replies(rt, viewer, question)
elif face == "weeks":
    answers_view.weeks(rt, viewer, question)
else:
    overview.draw(view, funnel, days, question.period, today)
of_funnel = face == "overview" and why.draw_stage(rt, viewer, question, funnel)
if face in ("overview", "split") and not of_funnel:
    why.draw(rt, viewer, question, view.now, line=face == "split")
