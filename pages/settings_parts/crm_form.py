"""What people set about the CRM: one form, so that nothing is in force by halves."""

from collections.abc import Mapping

import streamlit as st

from core.domain.access import Viewer
from core.domain.crm import FIELDS, KEPT_HERE, Plan
from core.domain.crm_states import CrmRule, CrmWho
from core.pipeline.crm_desk import Choice
from core.queries import clients
from core.queries.crm import CrmStanding
from core.runtime import Runtime
from core.services import crm_plan
from db.session import reading
from pages.ui import words
from pages.ui.actions import act

FIELD = {
    "first_name": "First name", "last_name": "Last name", "title": "Title", "phone": "Phone",
    "linkedin": "LinkedIn", "city": "City", "country": "Country", "company": "Company",
}  # fmt: skip
RULES = (
    "An empty field never wipes out a value; who opted out there is never written to again; no "
    "sync lifts a suppression. The company is always AICMO's."
)


def draw(rt: Runtime, viewer: Viewer, standing: CrmStanding, choices: Mapping[str, Choice]) -> None:
    """Which CRM, for whom, and a rule a field."""
    with reading(rt.sessions) as session:
        known = {client.id: client.name for client in clients.names(session, viewer)}
    with st.form("crm.plan"):
        new = _asked(standing.plan, choices, known)
        sent = st.form_submit_button("Save", type="primary")
    if sent and act(
        rt,
        lambda session: crm_plan.change(
            session, viewer, new, version=standing.version, now=rt.now()
        ),
        done="Saved. It is in force at the next sync.",
    ):
        st.rerun()


def _asked(plan: Plan, choices: Mapping[str, Choice], known: Mapping[int, str]) -> Plan:
    st.markdown("**What is kept in step**")
    on = st.toggle("Keep it in step by itself", plan.on, key="crm.on")
    left, middle, right = st.columns(3)
    names = list(choices)
    crm = left.selectbox(
        "CRM", names, index=names.index(plan.crm) if plan.crm in names else 0,
        format_func=lambda name: _named(choices[name]), key="crm.crm",
    )  # fmt: skip
    who = middle.selectbox(
        "Contacts", list(CrmWho), index=list(CrmWho).index(plan.who),
        format_func=words.label, key="crm.who",
    )  # fmt: skip
    chosen = right.multiselect(
        "Of which clients", list(known), [one for one in plan.clients if one in known],
        format_func=lambda one: known[one], placeholder="All clients", key="crm.clients",
    )  # fmt: skip
    interactions = st.checkbox(
        "Write mails, replies, opt-outs and conversions on the contact's timeline there",
        plan.interactions, key="crm.interactions",
    )  # fmt: skip
    conversions = st.checkbox(
        "A stage there (opportunity, won, lost) is a conversion here", plan.conversions,
        key="crm.conversions",
    )  # fmt: skip
    return Plan(on, crm, frozenset(chosen), who, interactions, conversions, _rules(plan))


def _rules(plan: Plan) -> dict[str, CrmRule]:
    st.markdown("**Where both sides differ**")
    st.caption(RULES)
    names = [name for name in FIELDS if name not in KEPT_HERE]
    rules = {}
    for start in range(0, len(names), 4):  # a row at a time, so that a phone shows them in order
        for column, name in zip(st.columns(4), names[start : start + 4], strict=False):
            rules[name] = column.selectbox(
                FIELD[name], list(CrmRule), index=list(CrmRule).index(plan.rule(name)),
                format_func=words.label, key=f"crm.rule.{name}",
            )  # fmt: skip
    return rules


def _named(choice: Choice) -> str:
    return words.label(choice.name) + ("" if choice.set_up else " (no key)")
