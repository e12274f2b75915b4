"""Lead lists: nothing in them is ever run, whatever people typed into their names."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from core.errors import NotFound
from core.exports import previews, sheets, store

HEADING = ("E-mail", "=cmd", "When", "Score")
PAGES = [
    [("a@x.example", "=1+1", datetime(2026, 3, 2, 9, tzinfo=UTC), 81)],
    [("b@x.example", " @SUM(A1)", None, None), ("c@x.example", "Zoë, \"Z\"\nline", None, -5)],
]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("+1", "'+1"),
        ("-1+1", "'-1+1"),
        ("@SUM(1)", "'@SUM(1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("  =1", "'  =1"),
        ("Anna", "Anna"),
        ("a=b", "a=b"),
        ("", ""),
        (-5, -5),
        (None, None),
        ("nul\x00", "nul"),
    ],
)
def test_cells_that_would_be_run_are_made_harmless(cell: object, told: object) -> None:
    assert sheets.harmless(cell) == told


def test_a_csv_opens_everywhere_and_runs_nothing() -> None:
    out = io.BytesIO()

    count = sheets.write_csv(out, HEADING, PAGES)

    text = out.getvalue().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert count == 3
    assert rows[0] == ["E-mail", "'=cmd", "When", "Score"]
    assert rows[1] == ["a@x.example", "'=1+1", "2026-03-02 09:00", "81"]
    assert rows[3][1] == 'Zoë, "Z"\nline'


def test_a_workbook_holds_text_numbers_and_dates_but_no_formula() -> None:
    out = io.BytesIO()

    count = sheets.write_xlsx(out, HEADING, PAGES)

    rows = CalamineWorkbook.from_filelike(io.BytesIO(out.getvalue())).get_sheet_by_index(0)
    cells = rows.to_python()
    assert count == 3
    assert cells[1][:2] == ["a@x.example", "'=1+1"]
    assert cells[1][3] == 81
    assert cells[1][2] == datetime(2026, 3, 2, 9)  # noqa: DTZ001 - sheets know no zone


def test_an_empty_list_still_has_its_heading() -> None:
    out = io.BytesIO()

    assert sheets.write_xlsx(out, HEADING, []) == 0

    cells = CalamineWorkbook.from_filelike(io.BytesIO(out.getvalue())).get_sheet_by_index(0)
    assert cells.to_python()[0][0] == "E-mail"


def test_a_file_is_seen_only_when_it_is_whole(tmp_path: Path) -> None:
    def broken(out: object) -> None:
        raise NotFound("half way")

    with pytest.raises(NotFound):
        store.save(tmp_path, "client", 1, "x.csv", broken)

    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []


def test_a_stored_file_is_found_again(tmp_path: Path) -> None:
    stored = store.save(tmp_path, "client", 1, "x.csv", lambda out: out.write(b"a,b\r\n1,2\r\n"))

    place = store.locate(tmp_path, stored.path)

    assert (stored.bytes, place.read_bytes()) == (10, b"a,b\r\n1,2\r\n")
    assert previews.first_rows(place) == [{"a": "1", "b": "2"}]


@pytest.mark.parametrize(
    "path",
    ["../secret.key", "deliverables/../secret.key", "/etc/passwd", "deliverables", "deliverables/x",
     "secret.key", "deliverables/a/../../secret.key"],
)  # fmt: skip
def test_no_path_leads_out_of_the_folder(tmp_path: Path, path: str) -> None:
    (tmp_path / "secret.key").write_text("secret")
    (tmp_path / "deliverables").mkdir()

    with pytest.raises(NotFound):
        store.locate(tmp_path, path)


def test_a_link_in_the_folder_is_not_followed_out(tmp_path: Path) -> None:
    (tmp_path / "deliverables").mkdir()
    (tmp_path / "secret.key").write_text("secret")
    (tmp_path / "deliverables" / "x").symlink_to(tmp_path / "secret.key")

    with pytest.raises(NotFound):
        store.locate(tmp_path, "deliverables/x")


@pytest.mark.parametrize(
    ("title", "edition", "name"),
    [
        (
            "Harrow & Finch · Client report · Spring · 1–28 Mar 2026",
            1,
            "harrow-finch-client-report-spring-1-28-mar-2026.pdf",
        ),
        ("../../etc", 2, "etc-e2.pdf"),
        ("…", 1, "file.pdf"),
    ],
)
def test_file_names_are_safe_everywhere(title: str, edition: int, name: str) -> None:
    assert store.file_name(title, edition, "pdf") == name
