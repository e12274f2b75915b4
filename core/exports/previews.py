"""A look into a finished file before it is approved: pages as pictures, titles of slides, rows."""

import csv
from io import BytesIO
from itertools import islice
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]  # ships no types
from pptx import Presentation

WIDTH = 560  # dots a page


def page_count(path: Path) -> int:
    """How many pages the file has."""
    document = pypdfium2.PdfDocument(path)
    try:
        return len(document)
    finally:
        document.close()


def page(path: Path, number: int, *, width: int = WIDTH) -> bytes:
    """One page (from 0) as PNG."""
    document = pypdfium2.PdfDocument(path)
    try:
        sheet = document[number]
        picture = sheet.render(scale=width / sheet.get_width()).to_pil()
        out = BytesIO()
        picture.save(out, format="PNG", optimize=False)
        return out.getvalue()
    finally:
        document.close()


def slide_titles(path: Path) -> tuple[str, ...]:
    """The titles of a deck's slides, in their order."""
    titles = (slide.shapes.title for slide in Presentation(str(path)).slides)
    return tuple(title.text_frame.text if title is not None else "" for title in titles)


def first_rows(path: Path, most: int = 10) -> list[dict[str, str]]:
    """The first rows of a CSV by their headings."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(islice(csv.DictReader(file), most))
