"""Pages of a PDF as pictures, for looking through a report before approving it."""

from io import BytesIO
from pathlib import Path

import pypdfium2

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
