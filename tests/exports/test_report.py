"""The client report as a PDF: what it must be, whatever is put into it."""

import re
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from pypdfium2 import PdfDocument

from core.domain.figures import Figures, Goal, Quote
from core.domain.report_rows import Ahead, Brand, ReportRows
from core.domain.states import ReplyIntent
from core.exports import previews, report
from core.exports.report import Given
from core.queries.analytics import stages
from tests.factories import NOW
from tests.factories_outputs import MARCH, report_rows

HOSTILE = '</style><script>alert(1)</script>"; } body { display: none } $x^2$ <b>&amp;'


@pytest.fixture(scope="module")
def raw() -> bytes:
    """The report of a busy month, made once."""
    return report.pdf(report_rows())


def pages_of(raw: bytes) -> list[str]:
    """The words of each page."""
    with closing(PdfDocument(raw)) as document:
        return [page.get_textpage().get_text_bounded() for page in document]


def text_of(raw: bytes) -> str:
    """All words, blanks made single."""
    return re.sub(r"\s+", " ", " ".join(pages_of(raw)))


def nothing() -> ReportRows:
    """A client for whom nothing has happened yet."""
    return ReportRows(
        brand=Brand("New Client"), title="Client report", subject="All campaigns", period=MARCH,
        made_at=NOW, currency="EUR", now=Figures(), before=Figures(),
        stages=stages(Figures(), ("harvested", "reached", "replied")),
    )  # fmt: skip


def test_a_report_is_tagged_titled_and_of_a_sensible_length(raw: bytes) -> None:
    reader = PdfReader(BytesIO(raw))

    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()
    assert reader.metadata.title.startswith("Client report · Food producers")
    assert 6 <= len(reader.pages) <= 12


def test_all_fonts_are_embedded_and_ours(raw: bytes) -> None:
    reader = PdfReader(BytesIO(raw))

    names = set()
    for page in reader.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            assert "/FontFile2" in inner["/FontDescriptor"].get_object()
            names.add(str(font.get_object()["/BaseFont"]).split("+")[1])
    assert names == {"Report-Inter", "Report-Inter-Semi-Bold"}


def test_every_chart_has_a_text_for_those_who_cannot_see_it(raw: bytes) -> None:
    alts = _alts(raw)

    assert any(alt.startswith("Funnel: Came in 3,120") for alt in alts)
    assert any("95% intervals" in alt for alt in alts)


def _alts(raw: bytes) -> list[str]:
    reader = PdfReader(BytesIO(raw))
    found = (reader.get_object(number) for number in range(1, reader.trailer["/Size"]))
    return [str(one["/Alt"]) for one in found if isinstance(one, dict) and "/Alt" in one]


def test_numbers_stand_with_their_denominators(raw: bytes) -> None:
    words = text_of(raw)

    assert "On course: 31 of 60 meetings since the start, due 30 Jun 2026" in words
    assert "80 of 1,270 leads reached" in words
    assert "€48,500" in words
    assert "What we need from you" in words


@pytest.mark.uncounted
def test_a_report_of_nothing_says_so_and_stays_whole() -> None:
    raw = report.pdf(nothing())

    words = text_of(raw)
    assert "Nobody was written to in this period." in words
    assert "No targets are agreed on yet" in words
    assert len(PdfReader(BytesIO(raw)).pages) >= 6


@pytest.mark.uncounted
def test_hostile_text_is_only_text() -> None:
    rows = report_rows(
        subject=HOSTILE,
        brand=Brand(HOSTILE, "#FFFFFF", "#FFFF00"),
        quotes=(Quote(HOSTILE * 40, ReplyIntent.QUESTION, HOSTILE, None, None, HOSTILE, NOW),),
        steps=tuple(group.named(HOSTILE) for group in report_rows().steps),
    )

    words = text_of(report.pdf(rows))

    assert "<script>alert(1)</script>" in words
    assert "How these numbers were counted" in words


@pytest.mark.uncounted
def test_anonymous_means_that_nobody_can_be_recognised() -> None:
    words = text_of(report.pdf(report_rows(anonymous=True)))

    for trace in ("Voss", "Clara", "Alpenmilch", "Kraus", "1234567"):
        assert trace not in words
    assert "Head of Operations" in words


@pytest.mark.uncounted
def test_no_page_is_nearly_empty_whatever_the_number_of_campaigns() -> None:
    rows = report_rows()
    weeks = tuple(rows.cohorts[n % 4] for n in range(12))

    for count in (3, 12):
        raw = report.pdf(report_rows(cohorts=weeks, campaigns=rows.campaigns[:1] * count))

        beside = next(text for text in pages_of(raw) if "By week of the first mail" in text)
        assert "Campaigns" in beside or "positive repl" in beside


@pytest.mark.parametrize(
    "url", ["https://example.com/x.png", "http://127.0.0.1/", "file:///etc/passwd", "data:,x", "x"]
)
def test_nothing_is_ever_fetched(url: str) -> None:
    given = Given({"given:logo": b"bytes"})

    assert given.fetch("given:logo").read() == b"bytes"
    with pytest.raises(ValueError, match="fetches nothing"):
        given.fetch(url)


@pytest.mark.uncounted
def test_many_campaigns_and_long_names_stay_on_their_pages() -> None:
    rows = report_rows()
    many = tuple(rows.campaigns[0].named("A very long campaign name " * 6) for _ in range(30))

    raw = report.pdf(report_rows(campaigns=many, goals=rows.goals * 2, ahead=Ahead()))

    assert len(PdfReader(BytesIO(raw)).pages) <= 12
    assert "18 smaller campaigns are not shown" in text_of(raw)


@pytest.mark.uncounted
def test_a_logo_is_drawn_without_what_it_points_to_beside_a_goal_behind_and_the_name_in_full() -> (
    None
):
    logo = (
        b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        b'viewBox="0 0 9 9"><image xlink:href="file:///etc/passwd" width="9" height="9"/>'
        b'<image href="http://127.0.0.1:9/x.png" width="9" height="9"/></svg>'
    )
    goal = Goal("meeting", 60, 10, MARCH.last, 12)
    brand = Brand("Harrow & Finch Learning", logo=logo)
    rows = report_rows(brand=brand, subject="Harrow & Finch Learning: x", goals=(goal,))

    words = text_of(report.pdf(rows))

    assert "Behind target: 10 of 60 meetings since the start" in words
    assert "Harrow & Finch Learning: x · 2–29 Mar 2026" in words


def test_pages_can_be_seen_as_pictures(tmp_path: Path, raw: bytes) -> None:
    file = tmp_path / "report.pdf"
    file.write_bytes(raw)

    picture = previews.page(file, 0)

    assert picture.startswith(b"\x89PNG")
    assert previews.page_count(file) == 9
