"""Whom a campaign looks for: the ICP as a form."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.domain.access import Act, Viewer
from core.queries.campaigns import CampaignDetail
from core.runtime import Runtime
from core.services import campaigns as service
from pages.ui import forms
from pages.ui.actions import act

LISTS = {
    "industries": "Industries",
    "countries": "Countries (two letters, such as DE)",
    "titles": "Job titles",
    "seniorities": "Seniority",
    "departments": "Departments",
    "technologies": "Technologies",
    "keywords": "Keywords",
    "languages": "Languages (two letters)",
}
EXCLUDED = {
    "industries": "Industries",
    "countries": "Countries",
    "titles": "Job titles",
    "domains": "Domains (competitors, clients)",
}


def draw(rt: Runtime, viewer: Viewer, found: CampaignDetail) -> None:
    """The form and what a change does."""
    st.caption(
        f"Version {found.rules_version} of the rules. What is left empty is not asked for; "
        "a change has every open lead scored anew."
    )
    if form(rt, viewer, found):
        st.rerun()


def form(rt: Runtime, viewer: Viewer, found: CampaignDetail, label: str = "Save audience") -> bool:
    """The ICP's form; gives whether it was saved."""
    icp = found.icp
    with st.form("campaign.icp"):
        left, right = st.columns(2, gap="medium")
        with left:
            st.markdown("**Looked for**")
            lists = {key: _lines(label, icp.get(key), f"icp.{key}") for key, label in LISTS.items()}
        with right:
            st.markdown("**Size of the company**")
            employees = _range("Employees", icp.get("employees"), "icp.employees")
            revenue = _range("Revenue a year", icp.get("revenue"), "icp.revenue")
            st.markdown("**Left out**")
            out = icp.get("exclude") or {}
            exclude = {
                key: _lines(label, out.get(key), f"icp.not.{key}", "none")
                for key, label in EXCLUDED.items()
            }
        saved = st.form_submit_button(
            label, type="primary", disabled=not viewer.may(Act.EDIT_CAMPAIGNS)
        )
    if not saved:
        return False
    ranges = {"employees": employees, "revenue": revenue}
    kept = {key: value for key, value in icp.items() if key in ("weights", "regions")}
    given = {key: value for key, value in {**lists, **ranges}.items() if value}
    without = {key: value for key, value in exclude.items() if value}
    document = {**kept, **given, **({"exclude": without} if without else {})}
    done = act(
        rt,
        lambda session: service.set_icp(
            session, viewer, found.row.id, document, version=found.version, now=rt.now()
        ),
        done="The audience is saved. Open leads are scored anew with the next run.",
    )
    return done is not None


def _lines(label: str, value: Any, key: str, empty: str = "any") -> list[str]:
    shown = ", ".join(value or ())
    return forms.lines(st.text_input(label, shown, key=key, placeholder=f"{empty}, or with commas"))


def _range(label: str, value: Mapping[str, Any] | None, key: str) -> dict[str, int]:
    known = value or {}
    with st.container(horizontal=True):
        low = st.number_input(
            f"{label} from", 0, None, known.get("min"), key=f"{key}.min", placeholder="any"
        )
        high = st.number_input(
            f"{label} to", 0, None, known.get("max"), key=f"{key}.max", placeholder="any"
        )
    return {name: n for name, n in (("min", low), ("max", high)) if n is not None}
