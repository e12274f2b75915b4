"""What a list would do: how many of each, of what they are doubles, why some cannot be taken."""

from typing import Any

import streamlit as st

from core.domain.access import Viewer
from core.intake.differences import OWN, Differences
from core.runtime import Runtime
from pages.leads_parts.intake_columns import LABELS
from pages.ui import tables, words

QUALITY = {
    "role": "addresses of a role (info@, sales@)",
    "free": "free mail",
    "disposable": "throw-away",
    "invalid": "unusable",
}


def draw(rt: Runtime, viewer: Viewer, told: Any) -> None:
    """The figures first, then what to know before saying yes, then single rows."""
    figures(told)
    _quality(told)
    if told.warning:
        st.warning(words.text(told.warning), icon=":material/warning:")
    _overwritten(told)
    if told.again is not None:
        when = words.moment(told.again, viewer, rt.now())
        st.info(
            f"The same file was put in {when}. Nobody is added twice.",
            icon=":material/content_copy:",
        )
    if told.doubles:
        _doubles(told)
    if told.silenced:
        _silenced(told)
    differences(told)
    if told.rejects:
        _rejects(told)


def figures(told: Any) -> None:
    """How many rows became or would become what; they add up to the rows."""
    pairs = (
        ("Rows", told.rows), ("New", told.created), ("Updated", told.updated),
        ("Duplicates", told.duplicates), ("Suppressed", told.suppressed),
        ("Rejected", told.rejected),
    )  # fmt: skip
    with st.container(horizontal=True, gap="small"):
        for label, value in pairs:
            st.metric(label, words.number(value), border=True, width=130)


def differences(told: Any) -> None:
    """Values that stay, or stayed, though the list says otherwise."""
    found = told.differences
    if not found.total:
        return
    label = f"{words.counted(found.total, 'value')} kept against others in the list"
    _told(found, label, "What we have, or a row before says, stays.", ("Stays", "In the list"))


def _overwritten(told: Any) -> None:
    """Companies that are there and would be changed: a person of the same mail domain suffices."""
    found = told.overwritten
    if not found.companies:
        return
    many = len(found.companies)
    st.warning(
        f"{words.counted(many, 'company', 'companies')} we know would be overwritten: a row counts "
        f"for the company of its {'website or ' if 'website' in told.mapping.values() else ''}mail "
        "domain, whatever it calls it. See what would change below.",
        icon=":material/warning:",
    )
    label = f"{words.counted(found.values.total, 'value')} of companies overwritten"
    _told(found.values, label, "The list's value replaces ours.", ("Now", "Becomes"))


def _told(found: Differences, label: str, end: str, headings: tuple[str, str]) -> None:
    """Values against others, counted by field, the first of them in a table."""
    most = sorted(found.counts, key=lambda name: (-found.counts[name], name))
    with st.expander(label):
        fields = " · ".join(f"{_field(name)} {words.number(found.counts[name])}" for name in most)
        st.caption(words.text(f"{fields}. {end}"))
        tables.table(
            found.first,
            [
                tables.text("Whose", lambda d: d.key, width=280),
                tables.text("Field", lambda d: _field(d.field), width=140),
                tables.text(headings[0], lambda d: d.stays),
                tables.text(headings[1], lambda d: d.listed),
            ],
            key=f"import.values.{headings[0].lower()}",
        )
        _first(len(found.first), found.total)


def _field(name: str) -> str:
    own = name.removeprefix(OWN)
    return own if own != name else LABELS.get(name, name)


def _quality(told: Any) -> None:
    if not told.rows:
        return
    parts = [
        f"{words.percent(told.shares[name] / told.rows)} {label}" for name, label in QUALITY.items()
    ]
    st.markdown(f"**List quality** :gray[{' · '.join(parts)}]")


def _doubles(told: Any) -> None:
    with st.expander(f"{words.counted(told.duplicates, 'duplicate')}, and of what"):
        tables.table(
            told.doubles,
            [
                tables.number("Row", lambda d: d.row_no, width=70),
                tables.text("Address", lambda d: d.key, width=280),
                tables.text("Adds nothing to", _of_what),
            ],
            key="import.doubles",
        )
        _first(len(told.doubles), told.duplicates)


def _of_what(double: Any) -> str:
    if double.of_row is None:
        return "a lead of this campaign, with the same values"
    return f"row {double.of_row} of this list" if double.of_row else "a row before it in this list"


def _silenced(told: Any) -> None:
    with st.expander(f"{words.counted(told.suppressed, 'row')} suppressed, and why"):
        tables.table(
            told.silenced,
            [
                tables.number("Row", lambda s: s.row_no, width=70),
                tables.text("Address", lambda s: s.key, width=280),
                tables.text("Why", lambda s: s.why),
            ],
            key="import.silenced",
        )
        _first(len(told.silenced), told.suppressed)


def _rejects(told: Any) -> None:
    with st.expander(f"{words.counted(told.rejected, 'row')} cannot be taken, and why"):
        tables.table(
            told.rejects,
            [
                tables.number("Row", lambda r: r.row_no, width=70),
                tables.text("Why", lambda r: r.reason, width=280),
                tables.text("Row in the file", lambda r: " · ".join(r.cells)),
            ],
            key="import.rejects",
        )
        _first(len(told.rejects), told.rejected)


def _first(shown: int, of: int) -> None:
    if of > shown:
        st.caption(f"The first {words.number(shown)} of {words.number(of)}.")
