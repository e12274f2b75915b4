"""A new version ordered: from the client's own leads, or from a list of what became of others."""

from pathlib import Path
from typing import Any

import streamlit as st

from core.domain.access import Viewer
from core.domain.states import JobName
from core.intake.outcomes import Look
from core.learn import predict_history
from core.runtime import Runtime
from core.services import predictors
from core.services.predictors import Known
from db.session import reading
from pages.ui import filters, importing, words
from pages.ui.actions import act, look, run_now
from pages.ui.again import again

SOURCES = {"leads": "From own leads", "list": "From a list"}
KINDS = ["csv", "tsv", "txt", "xlsx", "xls"]
QUIET = 90


def draw(rt: Runtime, viewer: Viewer, client_id: int) -> None:
    """Two ways, one at a time."""
    if filters.tabs("from", SOURCES, label="Learn from") == "list":
        _from_list(rt, viewer, client_id)
    else:
        _from_leads(rt, viewer, client_id)


def _from_leads(rt: Runtime, viewer: Viewer, client_id: int) -> None:
    with reading(rt.sessions) as session:
        marked = predictors.known(session, viewer, client_id, quiet_days=None, now=rt.now())
    with st.container(border=True):
        told = st.container()
        silent = st.toggle(
            "Silence counts as not converted: people we wrote to long ago, without a conversion",
            value=marked.lost < marked.converted, key="prediction.silent",
        )  # fmt: skip
        days = st.number_input(
            "Days since we first wrote", *predictors.QUIET_DAYS, QUIET, key="prediction.days",
            disabled=not silent, width=220,
        )  # fmt: skip
        quiet = int(days) if silent else None
        with reading(rt.sessions) as session:
            known = predictors.known(session, viewer, client_id, quiet_days=quiet, now=rt.now())
        told.markdown(_counted(known, quiet))
        if _learn("leads", known.missing):
            done = act(rt, lambda s: predictors.order_from_leads(
                s, viewer, client_id, quiet_days=quiet, now=rt.now()).number)  # fmt: skip
            _begin(rt, viewer, done)


def _counted(known: Known, quiet: int | None) -> str:
    parts = [
        f"**{words.number(known.converted)}** converted",
        f"**{words.number(known.lost)}** are marked as lost",
    ]
    if quiet is not None:
        parts.append(f"**{words.number(known.silent)}** were silent for {quiet} days")
    return f"It would learn from **{words.counted(known.leads, 'lead')}**: {', '.join(parts)}."


def _learn(source: str, missing: str | None) -> bool:
    """The button; where something is missing it says what, and cannot be pressed."""
    if missing is not None:
        st.markdown(f":orange[:material/warning: {words.text(missing)}]")
    return st.button(
        f"Learn from these {source}" if source == "leads" else f"Learn from this {source}",
        type="primary", icon=":material/school:", disabled=missing is not None, help=missing,
        key="prediction.learn" if source == "leads" else "prediction.learn_list",
    )  # fmt: skip


def _from_list(rt: Runtime, viewer: Viewer, client_id: int) -> None:
    with st.container(border=True):
        upload = st.file_uploader(
            "Leads with what became of them (CSV, TSV or Excel)", KINDS, key="prediction.file"
        )
        if upload is None:
            st.caption(
                "One row a lead, with a column that says whether it converted, the day it came in, "
                "and what was known of it by then: industry, size, title, country, your own fields."
            )
            return
        file = importing.kept(rt, upload.name, upload.getvalue())
        seen = look(rt, lambda s: predictors.look(s, viewer, client_id, file))
        if seen is not None:
            _asked(rt, viewer, client_id, file, upload.name, seen)


def _asked(rt: Runtime, viewer: Viewer, client_id: int, file: Path, name: str, seen: Look) -> None:
    """What was recognised, each to be chosen otherwise."""
    found = _chosen(file.stem, seen)
    counts = dict(seen.words[found["outcome"]].counts)
    won, lost = (sum(counts[word] for word in found[side]) for side in ("won", "lost"))
    left = seen.rows - won - lost
    more = " in the first rows" if seen.more else ""
    st.markdown(
        f"**{words.number(won)}** converted, **{words.number(lost)}** did not, "
        f"{words.number(left)} are open or say nothing and are left out{more}."
    )
    if found["began"] is None:
        st.markdown(
            ":orange[:material/warning: Without a day the prediction cannot be judged on newer "
            "leads, which flatters it.]"
        )
    if _learn("list", None if seen.more else predict_history.shortfall(won + lost, won)):
        done = act(rt, lambda s: predictors.order_from_file(
            s, viewer, client_id, file, filename=name, asked=found, now=rt.now()
        ).number)  # fmt: skip
        _begin(rt, viewer, done)


def _chosen(stem: str, seen: Look) -> dict[str, Any]:
    headings = list(seen.words)
    first = headings.index(seen.outcome) if seen.outcome else 0
    left, right = st.columns(2, gap="medium")
    with left:
        outcome = st.selectbox(
            "Column that says the outcome", headings, index=first, key=f"prediction.{stem}.outcome"
        )
        told = seen.words[outcome]
        values = [word for word, _ in told.counts]
        won, lost = (
            st.multiselect(label, values, default=list(default),
                           key=f"prediction.{stem}.{outcome}.{label}")
            for label, default in (("Means converted", told.won), ("Means not", told.lost))
        )  # fmt: skip
    with right:
        dates = [None, *seen.dates]
        began, ended = (
            st.selectbox(label, dates, index=dates.index(at), key=f"prediction.{stem}.{label}",
                         format_func=lambda name: name or "None")
            for label, at in (("Day it came in", seen.began), ("Day of the outcome", seen.ended))
        )  # fmt: skip
        others = [name for name in seen.headings if name not in (outcome, began, ended)]
        without = st.multiselect(
            "Leave out", others, key=f"prediction.{stem}.without",
            placeholder="Columns that were filled in later are found by themselves",
        )  # fmt: skip
    return {
        "outcome": outcome, "won": won, "lost": lost, "began": began, "ended": ended,
        "without": without,
    }  # fmt: skip


def _begin(rt: Runtime, viewer: Viewer, number: int | None) -> None:
    if number is None:
        return
    run_now(rt, viewer, JobName.PREDICT)
    filters.put(**{"version": None, "from": None})
    again(number)
