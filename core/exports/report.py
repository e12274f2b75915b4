"""The client report as a tagged PDF (PDF/UA-1): A4, the client's colours and logo, fonts embedded.

Nothing is fetched: the renderer sees the bytes given here and refuses every other address.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from weasyprint import HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse

from core.domain import money
from core.domain.rates import percent
from core.domain.report_rows import ReportRows
from core.exports import charts, colours, story, words
from core.exports.charts import FONTS, Picture
from core.exports.headings import Headings, headings
from core.exports.story import Story

TEMPLATES = Path(__file__).parent / "templates"
FONT_FILES = {
    "given:regular": FONTS / "Inter-Regular.ttf",
    "given:semibold": FONTS / "Inter-SemiBold.ttf",
}
MOST_STEPS, MOST_WEEKS = 8, 6


class Given(URLFetcher):  # type: ignore[misc]  # WeasyPrint ships no types
    """Answers with the bytes it was given; the network and the disk do not exist for it."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__(allowed_protocols=())
        self._files = files

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """The bytes of `given:…`; ValueError for anything else, which then stays empty."""
        if url not in self._files:
            raise ValueError("A report fetches nothing.")
        return URLFetcherResponse(url, self._files[url])


@dataclass(frozen=True, slots=True)
class Pictures:
    """The charts of a report."""

    funnel: Picture
    trend: Picture
    intents: Picture | None
    steps: Picture | None

    def files(self) -> dict[str, bytes]:
        """Each under the address that the template uses."""
        known = {"funnel": self.funnel, "trend": self.trend, "intents": self.intents,
                 "steps": self.steps}  # fmt: skip
        return {f"given:{name}": picture.svg for name, picture in known.items() if picture}


def pdf(rows: ReportRows) -> bytes:
    """The report as bytes."""
    colour = colours.palette(rows.brand.primary, rows.brand.secondary)
    told = story.told(rows)
    pictures = _pictures(rows, colour)
    files = {**_fonts(), **pictures.files()}
    if rows.brand.logo is not None:
        files["given:logo"] = rows.brand.logo
    page = html(rows, told, pictures, colour)
    document = HTML(string=page, base_url="given:", url_fetcher=Given(files))
    written = document.write_pdf(pdf_variant="pdf/ua-1", presentational_hints=False)
    assert isinstance(written, bytes)  # noqa: S101 - bytes wherever no target is given
    return written


def html(rows: ReportRows, told: Story, pictures: Pictures, colour: colours.Palette) -> str:
    """The page that is rendered; all text in it is escaped."""
    environment = _environment()
    css = environment.get_template("report.css.j2").render(
        c={
            "ink": colours.INK, "grey": colours.GREY, "line": colours.LINE,
            "good": colours.GOOD, "watch": colours.WATCH, "act": colours.ACT,
            "strong": colour.strong, "soft": colour.soft, "secondary": colour.secondary,
        },
        footer=_css_text(_footer(rows)),
    )  # fmt: skip
    heading: Headings = headings(rows, told)
    return environment.get_template("report.html.j2").render(
        rows=rows, story=told, pictures=pictures, heading=heading, css=_Safe(css),
        logo=rows.brand.logo is not None, stages=words.STAGES, metrics=words.METRICS,
        day=words.day, of=words.of, most_weeks=MOST_WEEKS,
        number=money.number, percent=percent,
    )  # fmt: skip


def _footer(rows: ReportRows) -> str:
    """Client, subject, period; the client once."""
    named = rows.subject.startswith(rows.brand.name)
    return " · ".join([*([] if named else [rows.brand.name]), rows.subject, str(rows.period)])


def _pictures(rows: ReportRows, colour: colours.Palette) -> Pictures:
    steps = [group for group in rows.steps if group.reached][:MOST_STEPS]
    return Pictures(
        charts.funnel(rows.stages, colour),
        charts.trend(rows.trend, colour),
        charts.intents(rows.intents, colour) if rows.intents else None,
        charts.intervals(steps, colour) if len(steps) > 1 else None,
    )


class _Safe(str):
    """CSS made here: `</style>` cannot be in it (see `_css_text`)."""

    __slots__ = ()

    def __html__(self) -> str:
        return self


def _css_text(text: str) -> str:
    """Text for a CSS string: whatever could end the string or the style becomes an
    escape, and the blank that ends each is part of it.
    """
    return "".join(
        c if c.isalnum() or c in " ·–.,-" else f"\\{ord(c):06x} " for c in text if c.isprintable()
    )


@cache
def _fonts() -> dict[str, bytes]:
    return {address: file.read_bytes() for address, file in FONT_FILES.items()}


@cache
def _environment() -> Environment:
    environment: Any = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["breakable"] = words.breakable
    return environment  # type: ignore[no-any-return]
