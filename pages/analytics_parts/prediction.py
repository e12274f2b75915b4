"""The prediction (?view=prediction): learned, judged, accepted by a person, version by version."""

from collections.abc import Sequence

import streamlit as st

from core.domain.access import Act, Viewer
from core.domain.predictions import OPEN, PredictorState
from core.queries import clients, predictions
from core.queries.predictions import VersionRow
from core.runtime import Runtime
from db.session import reading
from pages.analytics_parts import prediction_card, prediction_order, rules_hold
from pages.ui import filters, tables, words
from pages.ui.page import actions, empty

ALT = "Versions of the prediction with their state and figures"


def draw(rt: Runtime, viewer: Viewer) -> None:
    """The version in use or the one asked for, the way to a new one, and all there were."""
    with actions():
        st.page_link("analytics.py", label="Back to the numbers", icon=":material/arrow_back:")
    client_id = _client(rt, viewer)
    if client_id is None:
        empty("There is no client yet.", "Open settings", to="settings.py")
        return
    with reading(rt.sessions) as session:
        known = predictions.versions(session, viewer, client_id)
    under_way = next((one for one in known if one.state in OPEN), None)
    if under_way is not None:
        _learning(rt, viewer, under_way.predictor_id)
    may = viewer.may(Act.EDIT_CAMPAIGNS)
    shown = _shown(known)
    if shown is not None:
        prediction_card.draw(rt, viewer, shown)
    elif under_way is None:
        st.info(
            "Nothing was learned yet. A prediction is a number of its own beside fit, opportunity "
            "and engagement: the chance that a lead converts, learned from what became of earlier "
            "ones. It changes neither score nor tier.",
            icon=":material/online_prediction:",
        )
    if may and under_way is None:
        st.header("Learn again" if known else "Learn", anchor=False)
        prediction_order.draw(rt, viewer, client_id)
    if known:
        _versions(rt, viewer, known)
    rules_hold.draw(rt, viewer, client_id)


def _client(rt: Runtime, viewer: Viewer) -> int | None:
    """The client of the switcher, else one chosen here: each has a prediction of its own."""
    if viewer.focus is not None:
        return viewer.focus
    with reading(rt.sessions) as session:
        names = {str(one.id): one.name for one in clients.names(session, viewer)}
    if len(names) < 2:
        return int(next(iter(names))) if names else None
    with filters.row():
        return int(filters.choice("of", "Client", names, every="", width=260))


def _shown(known: Sequence[VersionRow]) -> VersionRow | None:
    """The version of the URL, else one that waits for a word, else the one in use, else the last
    that was judged.
    """
    asked = filters.whole("version")
    for fits in (
        lambda one: one.predictor_id == asked,
        lambda one: one.state is PredictorState.PROPOSED,
        lambda one: one.state is PredictorState.ACTIVE,
        lambda one: one.state not in OPEN,
    ):
        found = next((one for one in known if fits(one)), None)
        if found is not None:
            return found if found.state not in OPEN else None
    return None


@st.fragment(run_every=2)
def _learning(rt: Runtime, viewer: Viewer, predictor_id: int) -> None:
    """Drawn anew every two seconds; the whole page once it is done."""
    with reading(rt.sessions) as session:
        found = predictions.version(session, viewer, predictor_id)
    if found is None or found.state not in OPEN:
        st.rerun()
    else:
        waits = found.state is PredictorState.QUEUED
        doing = "waits for its turn" if waits else "is learning and being judged"
        since = words.moment(found.created_at, viewer, rt.now())
        st.info(
            f"Version {found.number} {doing} (ordered {since}). You can leave this page.",
            icon=":material/progress_activity:",
        )


def _versions(rt: Runtime, viewer: Viewer, known: Sequence[VersionRow]) -> None:
    st.header("Versions", anchor=False)
    now = rt.now()
    chosen = tables.table(
        known,
        [
            tables.number("Version", lambda one: one.number, width=70),
            tables.chips("State", PredictorState, lambda one: one.state, width=130),
            tables.text("Learned from", prediction_card.source, width=200),
            tables.number("Leads", lambda one: one.card and one.card.rows, width=80),
            tables.number("AUC", lambda one: one.card and one.card.figures.auc, digits=2, width=70),
            tables.number("Lift at 10%", lambda one: one.card and one.card.figures.lift, digits=1,
                          width=90),
            tables.text("By", lambda one: one.by, width=110),
            tables.text("When", lambda one: words.moment(one.created_at, viewer, now), width=110),
        ],
        key="prediction.versions",
        select=True,
        alt=ALT,
    )  # fmt: skip
    if chosen is not None and chosen.predictor_id != filters.whole("version"):
        filters.put(version=chosen.predictor_id)
        st.rerun()
