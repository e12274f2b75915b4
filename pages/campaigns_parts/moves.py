"""What other rules would do: old tier against new tier, ten examples of each way."""

from dataclasses import dataclass

import streamlit as st

from core.domain.scoring import TIERS
from core.domain.states import Tier
from core.services.what_if import Passing, WhatIf
from pages.ui import filters, tables, words

ORDER = {tier: place for place, tier in enumerate(TIERS)}


@dataclass(frozen=True, slots=True)
class _Line:
    was: Tier
    numbers: dict[Tier, int]


def summary(told: WhatIf) -> None:
    """The sentence, the matrix, and what qualifies."""
    st.markdown(f"**{_headline(told)}**")
    if not told.looked_at:
        st.caption("Import leads, and this shows how they would be scored.")
        return
    st.caption(_looked_at(told))
    _matrix(told)
    st.markdown(_passing(told.before, told.after))


def examples(told: WhatIf) -> None:
    """Ten of those who move the way that is chosen, each with the reason that changed most."""
    ways = sorted(
        {(one.was, one.now) for one in told.examples}, key=lambda way: tuple(map(ORDER.get, way))
    )
    if not ways:
        return
    named = {
        f"{was}-{now}": f"{words.label(was)} → {words.label(now)} "
        f"{words.number(told.counts[was, now])}"
        for was, now in ways
    }
    chosen = filters.pills(
        "way", named, label="Which way they move", default=next(iter(named))
    ).split("-")
    for one in told.examples:
        if [str(one.was), str(one.now)] == chosen:
            company = f" · {words.text(one.company)}" if one.company else ""
            st.markdown(
                f"**{words.text(one.name)}**{company} :gray[{one.total_was} →] "
                f"**{one.total_now}**  \n:gray[{words.text(one.why)}]"
            )


def _headline(told: WhatIf) -> str:
    if not told.looked_at:
        return "No open lead to try this on yet."
    if told.same:
        return "These are the rules as they are saved."
    if not told.moved:
        return "No lead would change its tier."
    change = "would change its tier" if told.moved == 1 else "would change their tier"
    return f"{words.number(told.moved)} of {words.counted(told.looked_at, 'lead')} {change}."


def _looked_at(told: WhatIf) -> str:
    if told.looked_at >= told.of:
        return f"All {words.number(told.of)} open leads, scored by the saved rules and by these."
    return (
        f"A sample of {words.number(told.looked_at)} of {words.number(told.of)} open leads, from "
        "the first to the last, scored by the saved rules and by these."
    )


def _matrix(told: WhatIf) -> None:
    lines = [_Line(was, {now: told.counts.get((was, now), 0) for now in TIERS}) for was in TIERS]
    tables.table(
        [line for line in lines if any(line.numbers.values())],
        [
            tables.chips("Now", Tier, lambda line: line.was, width=90),
            *(_column(tier) for tier in TIERS),
        ],
        key="audience.moves",
        alt="Leads by their tier now, in rows, and their tier under these rules, in columns",
    )


def _column(tier: Tier) -> tables.Column:
    return tables.number(f"→ {words.label(tier)}", lambda line: line.numbers[tier], width=72)


def _passing(before: Passing, after: Passing) -> str:
    parts = (
        ("reach the threshold", before.reach, after.reach),
        ("wait for a person, just below it", before.grey, after.grey),
        ("lie further below", before.below, after.below),
    )
    said = [
        f"**{words.number(now)}** {what}" + (f" :gray[(was {words.number(was)})]" if was != now
                                             else "")
        for what, was, now in parts
    ]  # fmt: skip
    return "By score " + ", ".join(said) + "."
