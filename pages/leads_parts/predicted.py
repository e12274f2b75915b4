"""What is predicted of a lead, beside its score and never inside it."""

import streamlit as st

from core.queries.predictions import Said
from pages.ui import words


def draw(said: Said, limit: int = 5) -> None:
    """The fourth number, apart from the score: what it is, against the usual, and why."""
    usual = f", {words.percent(said.usual)} is usual" if said.usual is not None else ""
    st.markdown(
        f"**Prediction** {words.percent(said.chance)} chance to convert{usual} "
        f":gray[learned from outcomes, version {said.number}; not part of the score]"
    )
    lines = [
        f":{'green' if why.times > 1 else 'red'}[{'▲' if why.times > 1 else '▼'}] "
        f"{words.text(why.sentence)}"
        for why in said.reasons[:limit]
    ]
    if lines:
        st.markdown("  \n".join(lines))
