"""A look into the file: pages of a report, titles of a deck's slides, the first rows of a list."""

from pathlib import Path

import streamlit as st

from core.exports import previews
from core.queries.deliverables import DeliverableRow
from pages.ui import words

MOST_PAGES = 16


def draw(row: DeliverableRow, place: Path) -> None:
    """By format."""
    if row.file_format == "pdf":
        _pages(row, place)
    elif row.file_format == "pptx":
        _slides(place)
    elif row.file_format == "csv":
        st.caption("The first rows")
        st.dataframe(previews.first_rows(place), hide_index=True)
    else:
        st.caption("A workbook: download it to look into it.")


def _pages(row: DeliverableRow, place: Path) -> None:
    count = previews.page_count(place)
    st.caption(f"{count} pages")
    with st.grid(3, min_column_width=240):
        for number in range(min(count, MOST_PAGES)):
            picture = _page(str(place), row.path or "", number)
            st.image(picture, caption=f"Page {number + 1}", width="stretch")


@st.cache_data(max_entries=200, show_spinner=False)
def _page(place: str, _path: str, number: int) -> bytes:
    """A page as a picture. A file never changes once it lies there, so its place is the key."""
    return previews.page(Path(place), number)


def _slides(place: Path) -> None:
    titles = previews.slide_titles(place)
    st.caption(f"{len(titles)} slides; charts and texts can be edited in PowerPoint, Keynote and "
               "LibreOffice")  # fmt: skip
    for number, title in enumerate(titles, start=1):
        st.markdown(f":gray[{number}] &nbsp; **{words.text(title)}**")
