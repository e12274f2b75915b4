"""The client report as a deck."""

from dataclasses import replace
from io import BytesIO

import pytest
from pptx import Presentation
from pptx.util import Emu

from core.domain.figures import Figures
from core.domain.report_rows import Brand, ReportRows
from core.exports import deck, previews
from core.queries.analytics import stages
from core.simulation import artwork
from tests.exports.test_report import HOSTILE
from tests.factories import NOW
from tests.factories_outputs import MARCH, report_rows


def opened(rows: ReportRows):
    return Presentation(BytesIO(deck.pptx(rows)))


def words_of(presentation) -> str:
    texts = []
    for slide in presentation.slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                texts.append(shape.text_frame.text)
            if shape.has_table:
                texts += [cell.text for row in shape.table.rows for cell in row.cells]
    return "\n".join(texts)


def test_a_deck_is_wide_has_real_titles_and_a_sensible_length() -> None:
    found = opened(report_rows())

    assert (found.slide_width / found.slide_height) == pytest.approx(16 / 9, abs=0.001)
    assert 10 <= len(found.slides) <= 14
    titles = [slide.shapes.title.text_frame.text for slide in found.slides]
    assert all(titles)
    assert titles[0] == "Food producers DACH"


def test_charts_are_native_and_everything_seen_has_a_text() -> None:
    found = opened(report_rows())

    charts, silent = 0, []
    for slide in found.slides:
        for shape in slide.shapes:
            charts += shape.has_chart
            if (shape.has_chart or shape.has_table) and not shape._element.xpath(
                ".//p:cNvPr/@descr"
            ):
                silent.append(shape.name)
    assert charts >= 5
    assert silent == []


def test_nothing_hangs_over_the_edge_of_a_slide() -> None:
    found = opened(report_rows())

    for slide in found.slides:
        for shape in slide.shapes:
            assert shape.left >= Emu(-100_000)
            assert shape.left + shape.width <= found.slide_width + 100_000, shape.name
            assert shape.top + shape.height <= found.slide_height + 100_000, shape.name


def test_the_deck_tells_the_same_story_as_the_report() -> None:
    words = words_of(opened(report_rows()))

    assert "On course: 31 of 60 meetings since the start, due 30 Jun 2026" in words
    assert "80 of 1,270 leads reached" in words


def test_a_deck_of_nothing_stays_whole() -> None:
    empty = ReportRows(
        brand=Brand("New Client"), title="Client report", subject="All campaigns", period=MARCH,
        made_at=NOW, currency="EUR", now=Figures(), before=Figures(),
        stages=stages(Figures(), ("harvested", "reached", "replied")),
    )  # fmt: skip

    found = opened(empty)

    assert "Nobody was written to in this period." in words_of(found)
    assert len(found.slides) == 10


def test_hostile_text_and_long_names_are_only_text() -> None:
    rows = report_rows(
        subject=HOSTILE * 3,
        campaigns=tuple(group.named(HOSTILE) for group in report_rows().campaigns) * 10,
    )

    assert HOSTILE in words_of(opened(rows))


def test_the_logo_and_the_brand_are_the_clients_and_we_are_not_named() -> None:
    logo = artwork.png("Halden", primary="#0B5D4E", secondary="#E0A526")
    rows = report_rows(brand=replace(report_rows().brand, dotted=logo))

    found = opened(rows)

    assert any(shape.shape_type == 13 for shape in found.slides[0].shapes)
    assert found.core_properties.author == "Halden Foods"
    assert "aicmo" not in words_of(found).lower()
    theme = found.slide_master.part.part_related_by(
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships/theme"
    )
    assert b'<a:accent1><a:srgbClr val="0B5D4E"/>' in theme.blob


def test_the_titles_of_a_deck_can_be_listed(tmp_path) -> None:
    file = tmp_path / "deck.pptx"
    file.write_bytes(deck.pptx(report_rows()))

    assert previews.slide_titles(file)[-1] == "How these numbers were counted"
