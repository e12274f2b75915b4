"""The row of filters above the list of leads, and what stands behind "More"."""

from collections.abc import Mapping, Sequence

import streamlit as st

from core.domain.access import Viewer
from core.domain.lists import FieldKind
from core.domain.states import LeadState, Tier
from core.intake import countries
from core.queries import campaigns, leads, marks, users
from core.queries.lead_filters import AXES, Op
from core.queries.marks import Field, Mark
from core.runtime import Runtime
from db.session import reading
from pages.leads_parts import asked
from pages.ui import filters, words

SORTS = {
    "newest": "Newest first",
    "oldest": "Oldest first",
    "score": "Best score first",
    "updated": "Latest change first",
    "idle": "Longest untouched first",
    "name": "Name A–Z",
}
DAYS = {"1": "Added today", "7": "Added in 7 days", "30": "Added in 30 days"}
TOUCHED = {
    "1": "Changed today",
    "7": "Changed in 7 days",
    "-30": "Untouched for 30 days",
    "-90": "Untouched for 90 days",
}
BEHIND = tuple(
    name for name in asked.NAMES if name not in ("q", "campaign", "state", "tier", "sort")
)
OPS = {Op.IS: "is", Op.HAS: "contains", Op.ANY: "has a value", Op.NONE: "is empty"}
RANGES = {Op.FROM: "from", Op.TO: "up to"}


def draw(rt: Runtime, viewer: Viewer) -> None:
    """Search, campaign, state, tier, sort; the rest behind More."""
    with reading(rt.sessions) as session:
        known = {str(id_): name for id_, name in campaigns.names(session, viewer)}
    filters.search("q", "Name, address or domain begins with", width=230)
    filters.choice("campaign", "Campaign", known, every="All campaigns", width=170)
    filters.many("state", "All states", words.labels(LeadState), width=160)
    filters.many("tier", "All tiers", words.labels(Tier), width=130)
    filters.choice("sort", "Sort", SORTS, every="", width=175)
    used = sum(1 for name in BEHIND if filters.value(name))
    label = f"More · {used}" if used else "More"
    with st.popover(label, icon=":material/tune:", key="leads.more"):
        _more(rt, viewer)


def _more(rt: Runtime, viewer: Viewer) -> None:
    with reading(rt.sessions) as session:
        places = {name: name for name in leads.sources(session, viewer)}
        people = {str(one_id): name for one_id, name in users.owners(session, viewer)}
        tags, lists = marks.tags(session, viewer), marks.lists(session, viewer)
        fields = marks.fields(session, viewer)
    left, right = st.columns(2, gap="medium")
    with left:
        filters.many("tags", "Tags (all of them)", named(tags, viewer), width=240)
        filters.choice("list", "List", named(lists, viewer), every="All lists", width=240)
        owners = {"0": "Nobody", **people}
        filters.choice("owner", "Owner", owners, every="All owners", width=240)
        filters.choice("source", "Source", places, every="All sources", width=240)
        filters.choice("touched", "Changed", TOUCHED, every="Changed at any time", width=240)
        filters.choice("days", "Added", DAYS, every="Added at any time", width=240)
        filters.many("country", "All countries", countries.named(), width=240)
        filters.search("company", "Company begins with", width=240)
        filters.choice(
            "size", "Company size", asked.SIZES, every="Companies of any size", width=240
        )
    with right:
        for name in ("score", *AXES):
            filters.span(name, name.capitalize())
        filters.day("from", "Added from")
        filters.day("to", "Added up to")
    _own(fields, viewer)
    st.page_link(
        "leads.py", label="Tags, lists and fields", icon=":material/label:",
        query_params={"view": "marks"},
    )  # fmt: skip
    if any(filters.value(name) for name in asked.NAMES):
        st.button(
            "Clear all filters", key="leads.clear", icon=":material/filter_alt_off:",
            on_click=filters.put, kwargs=dict.fromkeys((*asked.NAMES, filters.CURSOR)),
        )  # fmt: skip


def named(given: Sequence[Mark | Field], viewer: Viewer) -> dict[str, str]:
    """Id → name, with the client behind it where several are in sight."""
    alone = viewer.focus is not None or len({one.client_id for one in given}) < 2
    return {str(one.id): one.name if alone else f"{one.name} ({one.client})" for one in given}


def _own(fields: Sequence[Field], viewer: Viewer) -> None:
    """Conditions on the client's own fields: those that hold, and one more."""
    names = named(fields, viewer)
    known = {field.id: field for field in fields}
    free = next((name for name in asked.OWN if asked.own(name) is None), None)
    for name in asked.OWN:
        condition = asked.own(name)
        if condition is not None and condition.field_id in known:
            op = {**OPS, **RANGES}[condition.op]
            said = f"{names[str(condition.field_id)]} {op} {condition.value}".strip()
            st.button(
                words.text(said), icon=":material/close:", key=f"leads.{name}.off",
                on_click=filters.put, kwargs={name: None, filters.CURSOR: None},
            )  # fmt: skip
    if not known or free is None:
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        field_id = st.selectbox(
            "Own field", list(known), format_func=lambda one: names[str(one)], index=None,
            key="leads.own.field", width=170, placeholder="Choose a field",
        )  # fmt: skip
        if field_id is None:
            return
        ops = _ops(known[field_id])
        op = st.selectbox(
            "How", list(ops), format_func=lambda one: ops[one], key="leads.own.op", width=120
        )
        value = "" if op in (Op.ANY, Op.NONE) else _value(known[field_id], op)
        st.button(
            "Add", key="leads.own.add", on_click=filters.put,
            kwargs={free: f"{field_id}.{op}.{value[:200]}", filters.CURSOR: None},
        )  # fmt: skip


def _ops(field: Field) -> Mapping[Op, str]:
    ranges = RANGES if field.kind in (FieldKind.NUMBER, FieldKind.DATE) else {}
    return {**ranges, **OPS}


def _value(field: Field, op: Op) -> str:
    if field.kind is FieldKind.DATE and op is not Op.HAS:
        day = st.date_input("Day", key="leads.own.day", value=None, width=140)
        return day.isoformat() if day else ""
    options = ("yes", "no") if field.kind is FieldKind.YES_NO else field.choices
    if options and op is Op.IS:
        return str(st.selectbox("Value", options, key="leads.own.choice", width=140) or "")
    return st.text_input("Value", key="leads.own.value", width=140).strip()
