"""Tables: every column named, states as chips, numbers right-aligned, nothing raw.

chosen = table(
    page.rows,
    [
        text("Campaign", lambda r: r.name, width="large"),
        chips("State", CampaignState, lambda r: r.state),
        share("Progress", lambda r: r.progress),          # 0..1, as a bar
        number("Leads", lambda r: r.leads),
        percent("Positive", lambda r: r.positive_share),  # 0..1, as "6.2 %"
    ],
    key="campaigns.table", select=True)
if chosen is not None: …                                  # the row itself
pager(page, "campaigns", note="rates are per lead reached")

With `select` a click anywhere on a row chooses it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, TypeVar

import pandas as pd
import streamlit as st

from core.queries.paging import Page
from pages.ui import filters, words

Row = TypeVar("Row")
Width = Literal["small", "medium", "large"] | int | None
ROW_HEIGHT = 40
_HEADER = 34
_MOST_ROWS_SEEN = 16


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, what a row shows in it, and how."""

    label: str
    value: Callable[[Any], Any]
    config: Any


def text(
    label: str, value: Callable[[Any], Any], *, width: Width = None, hint: str | None = None
) -> Column:
    """Plain text (no markdown, so text from outside is safe); nothing becomes a dash."""
    config = st.column_config.TextColumn(label, width=width, help=hint)
    return Column(label, lambda row: _or_dash(value(row)), config)


def number(
    label: str,
    value: Callable[[Any], Any],
    *,
    digits: int = 0,
    unit: str = "",
    width: Width = None,
    hint: str | None = None,
) -> Column:
    """A number with thousands separators; name the unit in the heading or give it here."""
    heading = f"{label} ({unit})" if unit else label
    form = "localized" if digits == 0 else f"%.{digits}f"
    config = st.column_config.NumberColumn(heading, format=form, width=width, help=hint)
    return Column(heading, value, config)


def count(label: str, value: Callable[[Any], int | str | None], *, width: Width = None) -> Column:
    """A number, or a range of numbers as text."""
    config = st.column_config.TextColumn(label, width=width, alignment="right")

    def shown(row: Any) -> str:
        said = value(row)
        return _or_dash(words.number(said) if isinstance(said, int) else said)

    return Column(label, shown, config)


def percent(
    label: str,
    value: Callable[[Any], float | None],
    *,
    width: Width = None,
    hint: str | None = None,
) -> Column:
    """A share 0..1 as a percentage with one decimal."""
    config = st.column_config.NumberColumn(label, format="%.1f%%", width=width, help=hint)
    return Column(label, lambda row: _hundredfold(value(row)), config)


def share(
    label: str, value: Callable[[Any], float | None], *, width: Width = "small",
    hint: str | None = None,
) -> Column:  # fmt: skip
    """A share 0..1 as a bar with its percentage."""
    config = st.column_config.ProgressColumn(
        label, format="%.0f%%", min_value=0, max_value=100, width=width, help=hint
    )
    return Column(label, lambda row: _hundredfold(value(row)), config)


def score(
    label: str, value: Callable[[Any], int | None], *, width: Width = "small",
    hint: str | None = None,
) -> Column:  # fmt: skip
    """Points 0..100 as a bar."""
    config = st.column_config.ProgressColumn(
        label, format="%d", min_value=0, max_value=100, width=width, help=hint
    )
    return Column(label, value, config)


def chips(
    label: str,
    states: type[StrEnum],
    value: Callable[[Any], Any],
    *,
    width: Width = None,
    hint: str | None = None,
) -> Column:
    """States (one, several or none a row) as coloured chips that follow the theme."""
    known = {words.label(state): words.of(state).colour for state in states}
    config = st.column_config.MultiselectColumn(
        label, options=list(known), color=list(known.values()), width=width, help=hint
    )
    return Column(label, lambda row: _chip_labels(value(row)), config)


def tags(
    label: str, colours: dict[str, str], value: Callable[[Any], Sequence[str]],
    *, width: Width = None,
) -> Column:  # fmt: skip
    """Free labels as chips: label → colour ("green", "orange", "red", "gray", "blue", "violet")."""
    config = st.column_config.MultiselectColumn(
        label, options=list(colours), color=list(colours.values()), width=width
    )
    return Column(label, lambda row: list(value(row)), config)


def link(label: str, value: Callable[[Any], str | None], *, shown: str = "Open") -> Column:
    """A link with one text for all rows."""
    config = st.column_config.LinkColumn(label, display_text=shown)
    return Column(label, value, config)


def table(
    rows: Sequence[Row], columns: Sequence[Column], *, key: str, select: bool = False,
    alt: str = "",
) -> Row | None:  # fmt: skip
    """Draws the rows; with `select` a click on a row gives that row back."""
    chosen = _draw(rows, columns, key, "single-cell", select, alt)
    return rows[chosen[0]] if chosen else None


def table_many(
    rows: Sequence[Row], columns: Sequence[Column], *, key: str, alt: str = ""
) -> list[Row]:
    """Draws the rows with tick boxes; gives the ticked ones back."""
    return [rows[i] for i in _draw(rows, columns, key, "multi-row", True, alt)]


def meant(ticked: int, total: object, *, of: object, key: str) -> str:
    """How many rows an act on many is meant for: those that are ticked, else all that match where
    that is chosen here; "" for none. `of` tells one result from another: the choice is for one.
    """
    if ticked:
        st.markdown(f"**{ticked:,} ticked**", width="content")
        return f"{ticked:,}"
    if st.session_state.get(f"{key}.of") != (of, str(total)):
        st.session_state[key], st.session_state[f"{key}.of"] = False, (of, str(total))
    every = st.toggle(f"All {total} that match", key=key)
    return str(total) if every else ""


def pager(page: Page[Any], unit: str = "rows", *, note: str = "") -> None:
    """Where we are in a list paged by key, and the way to its neighbours (in the URL). `note` is
    said behind the count. Where nobody counted all, a page says that it is one.
    """
    count, total = len(page.rows), page.total
    known = words.counted(count, unit.removesuffix("s"), unit)
    if total is not None:
        known = f"{count:,} of {total} {unit if total.number != 1 else unit.removesuffix('s')}"
    elif page.next or page.prev:
        known += " on this page"
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        parts = (known, "more may match further on" if page.partly else "", note)
        st.caption(" · ".join(part for part in parts if part), width="content")
        if page.prev or page.next:
            with st.container(horizontal=True, width="content", gap="xsmall"):
                for name, icon, cursor in (
                    ("Previous", "chevron_left", page.prev),
                    ("Next", "chevron_right", page.next),
                ):
                    st.button(
                        name,
                        icon=f":material/{icon}:",
                        key=f"pager.{unit}.{name}",
                        disabled=cursor is None,
                        on_click=_turn,
                        args=(cursor,),
                    )


def _draw(
    rows: Sequence[Row], columns: Sequence[Column], key: str, mode: Any, select: bool, alt: str
) -> list[int]:
    frame = pd.DataFrame(
        {column.label: _series(column, rows) for column in columns},
        columns=[column.label for column in columns],
    )
    shown = st.dataframe(
        frame,
        hide_index=True,
        row_height=ROW_HEIGHT,
        height=_HEADER + ROW_HEIGHT * max(1, min(len(rows), _MOST_ROWS_SEEN)),
        column_config={column.label: column.config for column in columns},
        key=key,
        on_select="rerun" if select else "ignore",
        selection_mode=mode,
        placeholder=words.DASH,
        alt=alt or None,
    )
    if not select:
        return []
    chosen = shown["selection"] if shown else {}
    picked = [*chosen.get("rows", []), *(cell[0] for cell in chosen.get("cells", []))]
    return [i for i in picked if i < len(rows)]


def _series(column: Column, rows: Sequence[Any]) -> "pd.Series[Any]":
    values = [column.value(row) for row in rows]
    whole = values and all(value is None or isinstance(value, int) for value in values)
    if whole and any(value is not None for value in values):
        return pd.Series(values, dtype="Int64")
    return pd.Series(values)


def _turn(cursor: str | None) -> None:
    filters.put(**{filters.CURSOR: cursor})


def _or_dash(value: Any) -> str:
    return words.DASH if value is None or value == "" else str(value)


def _hundredfold(value: float | None) -> float | None:
    return None if value is None else 100 * value


def _chip_labels(value: Any) -> list[str]:
    if value is None:
        return []
    several = [value] if isinstance(value, str) else list(value)
    return [words.label(state) for state in several]
