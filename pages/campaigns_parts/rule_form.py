"""One rule of routing or approval in a form: its name, and what it asks."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from core.domain.conditions import WITHOUT_VALUE, WORDS, Condition, spoken
from pages.ui import forms, words

SPARE = 2  # empty lines for more conditions
JOINED = {True: "All of these hold", False: "Any of these holds"}


def told(rule: Mapping[str, Any], fields: Mapping[str, str]) -> str:
    """What a rule asks, in a sentence."""
    asked = [_spoken(one, fields) for one in rule.get("conditions", ())]
    joint = " **and** " if rule.get("every", True) else " **or** "
    return joint.join(asked) or "everybody"


def conditions(
    rule: Mapping[str, Any], fields: Mapping[str, str], key: str
) -> tuple[bool, list[dict[str, Any]]]:
    """The fields of a form; gives whether all must hold, and the conditions that were filled in."""
    every = st.radio(
        "Applies when", [True, False], index=0 if rule.get("every", True) else 1,
        format_func=lambda one: JOINED[one], key=f"{key}.every", horizontal=True,
    )  # fmt: skip
    known = list(rule.get("conditions", ()))
    lines = [
        _condition(known[place] if place < len(known) else {}, fields, f"{key}.{place}")
        for place in range(len(known) + SPARE)
    ]
    return bool(every), [line for line in lines if line is not None]


def _condition(
    known: Mapping[str, Any], fields: Mapping[str, str], key: str
) -> dict[str, Any] | None:
    field_, operator = known.get("field"), known.get("operator", "is")
    names = [*fields, *([field_] if field_ and field_ not in fields else [])]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        asked = st.selectbox(
            "Field", names, index=names.index(field_) if field_ else None, key=f"{key}.field",
            format_func=lambda name: fields.get(name, name), width=210,
            placeholder="a field, or a heading", accept_new_options=True,
        )  # fmt: skip
        how = st.selectbox(
            "Question", list(WORDS), index=list(WORDS).index(operator), key=f"{key}.operator",
            format_func=lambda name: WORDS[name], width=150,
        )  # fmt: skip
        value = st.text_input(
            "Value", _text(known.get("value")), key=f"{key}.value", width=220,
            placeholder="several with commas",
        )  # fmt: skip
    if not asked:
        return None
    given: Any = forms.lines(value) if how == "one_of" else value.strip()
    return {"field": asked, "operator": how} | ({} if how in WITHOUT_VALUE else {"value": given})


def _spoken(one: Mapping[str, Any], fields: Mapping[str, str]) -> str:
    name = fields.get(one["field"], one["field"])
    said = spoken(Condition(name, one.get("operator", "is"), one.get("value")))
    return words.text(said)


def _text(value: Any) -> str:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
