"""How a lead is told wherever it appears: who, facts, what happens next, timeline."""

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from core.domain.access import Viewer
from core.domain.criteria import spoken
from core.queries.lead_detail import Known, LeadDetail
from core.queries.next_up import NextUp
from core.queries.timelines import Entry
from pages.ui import words

FIELDS = {"linkedin": "LinkedIn", "employees": "Employees", "email_status": "Address"}
OTHERS = 4
KINDS = {
    "out": ("E-mail to them", "north_east"),
    "in": ("E-mail from them", "south_west"),
    "note": ("Note", "sticky_note_2"),
    "import": ("Imported", "download"),
    "state": ("", "swap_horiz"),
    "score": ("Scored", "speed"),
    "event": ("", "bolt"),
    "task": ("Task", "task_alt"),
    "tag": ("Tags", "label"),
    "list": ("Lists", "list"),
    "field": ("Field", "edit_note"),
    "assign": ("Owner", "person"),
}


def heading(found: LeadDetail, viewer: Viewer, now: datetime, *, size: str = "##") -> None:
    """Name, state, tier; then job, company and place; then where it came from."""
    row = found.row
    chips = [words.chip(row.state), words.chip(row.tier) if row.tier else ""]
    st.markdown(f"{size} {words.text(row.name)} {' '.join(chips)}")
    many = found.employees
    said = words.number(many) if isinstance(many, int) else words.text(many or "")
    people = f"{said} people" if many else ""
    parts = [row.title, f"**{words.text(row.company)}**" if row.company else "", found.place]
    line = [part if part == parts[1] else words.text(part) for part in parts if part]
    st.markdown(" · ".join([*line, *([people] if people else [])]))
    added = words.moment(row.created_at, viewer, now)
    st.caption(
        f"{words.text(row.email)} · address {words.label(row.email_status).lower()} · "
        f"{words.text(row.campaign)} · added {added} from {words.text(row.source)}"
    )


def facts(given: Sequence[Known], viewer: Viewer, now: datetime, limit: int = 8) -> None:
    """Each fact with who said it, when, and how surely."""
    lines = [
        f"{_field(fact.field)}: **{words.text(_said(fact.value))}** "
        f":gray[{words.label(fact.provider)}, {words.moment(fact.at, viewer, now)}, "
        f"{words.percent(fact.confidence, digits=0)} sure]"
        for fact in given
    ]
    if not lines:
        st.caption("Nothing was looked up yet.")
        return
    st.markdown("  \n".join(lines[:limit]))
    if len(lines) > limit:
        with st.expander(f"{len(lines) - limit} more"):
            st.markdown("  \n".join(lines[limit:]))


def signals(found: LeadDetail, viewer: Viewer, now: datetime) -> None:
    """What points to an opportunity, with its source and date."""
    for signal in found.signals:
        st.markdown(
            f":material/trending_up: {words.text(signal.detail)} "
            f":gray[· {words.text(signal.source)}, {words.moment(signal.at, viewer, now)}]"
        )


def others(found: LeadDetail) -> None:
    """The same person in other campaigns, and colleagues."""
    if not found.others:
        return
    lines = st.container(key="lines.others", gap="xsmall")
    for other in found.others[:OTHERS]:
        what = "Also in" if other.same_person else f"{words.text(other.name)} in"
        lines.page_link(
            "leads.py",
            label=f"{words.chip(other.state)} {what} {words.text(other.campaign)}",
            icon=":material/content_copy:" if other.same_person else ":material/group:",
            query_params={"lead": str(other.lead_id)},
        )
    if len(found.others) > OTHERS:
        st.caption("More people of this company are in campaigns.")


def next_up(told: NextUp, viewer: Viewer, now: datetime) -> None:
    """What happens next, when, and what holds it."""
    when = f" **{words.moment(told.at, viewer, now)}**" if told.at else ""
    st.markdown(f"{words.text(told.sentence)}{when}")
    for hold in told.holds:
        st.markdown(f":orange[:material/hourglass_empty: {words.text(hold)}]")
    walk = []
    if told.sequence:
        step = f", step {told.step} of {told.steps}" if told.steps else ""
        walk.append(f"{words.text(told.sequence)}{step}")
    if told.mailbox:
        walk.append(f"from {words.text(told.mailbox)}")
    if told.job:
        walk.append(f"by the {told.job} job")
    if walk:
        st.caption(" · ".join(walk))


def timeline(entries: Sequence[Entry], viewer: Viewer, now: datetime) -> None:
    """What happened, the latest first; texts of mails open on a click."""
    for entry in entries:
        name, icon = KINDS.get(entry.kind, (entry.kind.capitalize(), "circle"))
        chip = words.chip(entry.word) if entry.word else ""
        title = words.text(entry.title) if entry.title else ""
        who = f" · {words.text(entry.who)}" if entry.who and entry.kind not in ("out", "in") else ""
        head = " ".join(part for part in (f"**{name}**" if name else "", chip, title) if part)
        st.markdown(f":material/{icon}: {head} :gray[{words.moment(entry.at, viewer, now)}{who}]")
        if entry.detail and entry.kind == "in":
            quoted = words.text(entry.detail[:400]).replace("\n", "\n> ")
            st.markdown(f"> {quoted}")


def _field(name: str) -> str:
    return FIELDS.get(name) or name.replace("_", " ").capitalize()


def _said(value: object) -> str:
    """A stored value as people say it."""
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return spoken(value) if isinstance(value, str) else str(value)
