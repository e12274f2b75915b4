"""A wording as its reader would see it, with an example person."""

import streamlit as st

from core.domain import templates
from core.runtime import Runtime
from core.services import rendering
from pages.ui import words
from pages.ui.actions import attempt

EXAMPLE = {
    "first_name": "Maren",
    "last_name": "Vogt",
    "full_name": "Maren Vogt",
    "title": "VP Marketing",
    "department": "Marketing",
    "email": "maren.vogt@lumen.example",
    "city": "Hamburg",
    "country": "DE",
    "company": "Lumen Robotics",
    "industry": "Industrial automation",
    "website": "lumen.example",
    "employees": "220",
    "sender_name": "Ann Example",
    "sender_email": "ann@agency.example",
    "signature": "Ann Example",
    "client_name": "Your client",
    "campaign_name": "This campaign",
}


def draw(_rt: Runtime, subject: str, body: str) -> None:
    """Subject and text with the example's fields; a sentence where the text cannot be used."""
    custom = {
        name: name.removeprefix(templates.CUSTOM).replace("_", " ")
        for name in templates.fields_used(subject, body)
        if name.startswith(templates.CUSTOM)
    }
    shown = attempt(lambda: rendering.render(subject, body, EXAMPLE | custom))
    if shown is None:
        return
    st.caption("Preview with an example person")
    if shown.missing:
        st.warning(f"No value for: {', '.join(shown.missing)}.", icon=":material/warning:")
        return
    st.markdown(f"**{words.text(shown.subject)}**")
    st.text(shown.text)
