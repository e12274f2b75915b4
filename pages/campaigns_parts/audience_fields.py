"""The fields of a campaign's audience and of its rule of tiers; each gives what is in them."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.domain.profile import DEFAULT_WEIGHTS
from pages.ui import forms

WHO = {
    "titles": "Job titles",
    "seniorities": "Seniority",
    "departments": "Departments",
    "languages": "Languages (two letters)",
}
COMPANY = {
    "industries": "Industries",
    "sub_industries": "Sub-industries",
    "countries": "Countries (two letters, such as DE)",
    "regions": "Regions",
    "technologies": "Technologies",
    "keywords": "Keywords",
    "business_models": "Business models",
}
EXCLUDED = {
    "industries": "Industries",
    "countries": "Countries",
    "titles": "Job titles",
    "domains": "Domains (competitors, clients)",
}
KNOWN = (
    "Of the points of what is asked for, so many must be known of a lead; where less is, a person "
    "decides."
)
RANGES = {"employees": "Employees", "revenue": "Revenue a year", "founded": "Founded in the year"}


def audience(icp: Mapping[str, Any], key: str) -> dict[str, Any]:
    """The ICP in four tabs; gives the document, with what is left empty left out."""
    who, company, out, weights = st.tabs(["Person", "Company", "Left out", "Points"])
    with who:
        document: dict[str, Any] = _lists(WHO, icp, f"{key}.icp")
    with company:
        left, right = st.columns(2, gap="medium")
        with left:
            document |= _lists(COMPANY, icp, f"{key}.icp")
        with right:
            for name, label in RANGES.items():
                document[name] = _range(label, icp.get(name), f"{key}.icp.{name}")
    with out:
        exclude = _lists(EXCLUDED, icp.get("exclude") or {}, f"{key}.not", "none")
    with weights:
        document["weights"] = _weights(icp.get("weights") or {}, key)
    document["exclude"] = {name: value for name, value in exclude.items() if value}
    return {name: value for name, value in document.items() if value}


def tiers(rules: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Shares, thresholds and what a person looks at; gives that part of the rules' document."""
    tier = {
        "fit": 0.5, "opportunity": 0.3, "engagement": 0.2, "hot": 75, "hot_fit": 60, "warm": 55,
        "cool": 35, **(rules.get("tier") or {}),
    }  # fmt: skip
    with st.container(horizontal=True):
        shares = {
            name: _whole(label, round(100 * tier[name]), f"{key}.{name}", 120)
            for name, label in (
                ("fit", "Fit counts, %"),
                ("opportunity", "Opportunity, %"),
                ("engagement", "Engagement, %"),
            )
        }
    with st.container(horizontal=True):
        begins = {
            name: _whole(label, tier[name], f"{key}.{name}", 120)
            for name, label in (
                ("hot", "Hot from"),
                ("hot_fit", "with a fit from"),
                ("warm", "Warm from"),
                ("cool", "Cool from"),
            )
        }
    with st.container(horizontal=True):
        limits = {
            name: _whole(label, rules.get(name, default), f"{key}.{name}", 140, hint)
            for name, label, default, hint in (
                ("threshold", "Qualified from", 35, "A total below it is not qualified."),
                ("grey", "Close below, points", 10, "So many points below, a person decides."),
                ("least_confidence", "Known at least, %", 40, KNOWN),
            )
        }
    doubles = st.toggle(
        "Take people who have an open lead in another campaign",
        bool(rules.get("allow_duplicates", False)),
        key=f"{key}.doubles",
    )
    parts = {name: share / 100 for name, share in shares.items()}
    return {"tier": {**parts, **begins}, **limits, "allow_duplicates": doubles}


def _lists(
    labels: Mapping[str, str], known: Mapping[str, Any], key: str, empty: str = "any"
) -> dict[str, list[str]]:
    return {name: _words(label, known.get(name), f"{key}.{name}", empty)
            for name, label in labels.items()}  # fmt: skip


def _words(label: str, value: Any, key: str, empty: str) -> list[str]:
    shown = ", ".join(value or ())
    return forms.lines(st.text_input(label, shown, key=key, placeholder=f"{empty}, or with commas"))


def _range(label: str, value: Mapping[str, Any] | None, key: str) -> dict[str, int]:
    known = value or {}
    with st.container(horizontal=True):
        low = st.number_input(
            f"{label} from", 0, None, known.get("min"), key=f"{key}.min", placeholder="any",
            width=150,
        )  # fmt: skip
        high = st.number_input(
            "to", 0, None, known.get("max"), key=f"{key}.max", placeholder="any", width=150
        )
    return {name: n for name, n in (("min", low), ("max", high)) if n is not None}


def _weights(known: Mapping[str, int], key: str) -> dict[str, int]:
    """What each criterion is worth where it is asked; only those that differ are kept."""
    st.caption("Points for a full match. A criterion counts only where the campaign asks for it.")
    with st.container(horizontal=True):
        chosen = {
            name: _whole(name.capitalize(), known.get(name, default), f"{key}.weight.{name}", 120)
            for name, default in DEFAULT_WEIGHTS.items()
        }
    return {name: n for name, n in chosen.items() if name in known or n != DEFAULT_WEIGHTS[name]}


def _whole(label: str, value: int, key: str, width: int, hint: str | None = None) -> int:
    return int(st.number_input(label, 0, 100, int(value), key=key, width=width, help=hint))
