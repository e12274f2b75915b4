import zipfile
from datetime import date, datetime, time, timedelta

import pytest
import xlsxwriter

from core.errors import Invalid
from core.intake import sniff, table, workbook


def put(tmp_path, content: bytes | str, name: str = "list.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(path) -> list[dict[str, str]]:
    sheet = sniff.sniff(path)
    return [dict(zip(sheet.headings, cells, strict=False)) for _, cells in table.rows(path, sheet)]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Name,Ort\nJürgen,Köln\n", "utf-8"),
        ("Name,Ort\nJürgen,Köln\n", "utf-8-sig"),
        ("Name,Ort\nJürgen,Köln\n", "cp1252"),
        ("Name,Ort\nJürgen,Köln\n", "utf-16"),
        ("Name,Ort\nJürgen,Köln\n", "utf-16-le"),
        ("Name,Ort\nJürgen,Köln\n", "utf-16-be"),
        ("Name,Ort\nJürgen,Köln\n", "utf-32"),
    ],
)
def test_a_list_is_read_in_whatever_encoding_it_comes(tmp_path, text, encoding):
    assert read(put(tmp_path, text.encode(encoding))) == [{"Name": "Jürgen", "Ort": "Köln"}]


GERMAN = "Straße;Größe;Jürgen;Köln;Müller;Bäcker;Schäfer;Weiß;Grün;Düsseldorf;Søren"
MIXED = "Søren;Jørgensen;Martínez;García;Simões;François;Benoît;Müller;Citroën;Ångström;“Håkan”"
POLISH = "Wałęsa;Łukasz;Zając;Kraków;Gdańsk;Częstochowa;Żółkowski;Paweł;Kamiński;Wiśniewski"
CZECH = "Dvořák;Jiří;Růžička;Kučera;Novák;Třebíč;Plzeň;Příbram;Šimek;Černý;Müller"
HUNGARIAN = "Gergő;Kovács;Szűcs;Béla;Tóth;Győr;Erdős;Gyöngyösi;Fehérvár;Nagyné;Szabó"
TURKISH = "Yılmaz;Şahin;Doğan;Güneş;Çelik;Öztürk;Işık;Aydın;Müdür;Kılıç"


@pytest.mark.parametrize(
    ("words", "encoding"),
    [
        (GERMAN, "cp1252"),
        (MIXED, "cp1252"),
        ("Søren;Ulm", "cp1252"),
        ("Müller;Simões;90 m³", "cp1252"),
        (POLISH, "cp1250"),
        (POLISH, "iso8859_2"),
        (CZECH, "cp1250"),
        (HUNGARIAN, "cp1250"),
        (TURKISH, "cp1254"),
        ("Иванов;Москва;Пётр;Сергеевич;Санкт-Петербург;Екатеринбург;Новосибирск", "cp1251"),
    ],
)
def test_a_lone_odd_letter_is_a_foreign_name_and_a_spelling_is_a_language(
    tmp_path, words, encoding
):
    lines = "".join(f"{word};{word}\n" for word in words.split(";"))

    rows = read(put(tmp_path, f"Vorname;Nachname\n{lines}".encode(encoding)))

    assert [row["Vorname"] for row in rows] == words.split(";")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_person_may_say_which_encoding_it_is(tmp_path, encoding):
    czech = put(tmp_path, "Email;Name\nj@b.example;Ondřej\n".encode("cp1250"), "czech.csv")
    marked = put(tmp_path, "Email;Name\nj@b.example;Ondřej\n".encode(encoding))

    assert sniff.sniff(czech).encoding == "cp1252"
    assert sniff.sniff(czech, "cp1250").encoding == "cp1250"
    assert sniff.sniff(marked, "utf-8").headings == ("Email", "Name")
    with pytest.raises(Invalid, match="There is no text encoding 'klingon'"):
        sniff.sniff(marked, "klingon")


def test_a_stray_byte_of_another_encoding_stops_nothing(tmp_path):
    path = put(tmp_path, b"Name,Ort\n" + b"J\xfcrgen,Ulm\n" + "Zoë,Köln\n".encode() * 200)

    rows = read(path)

    assert rows[0]["Name"].startswith("J")
    assert len(rows) == 201


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_though_others_stand_in_the_cells(tmp_path, sign):
    other = ";" if sign != ";" else ","
    path = put(tmp_path, f"a{sign}b\n1{other}1{sign}2\n3{sign}4\n")

    assert read(path) == [{"a": f"1{other}1", "b": "2"}, {"a": "3", "b": "4"}]


def test_excel_may_name_its_delimiter_in_the_first_line(tmp_path):
    assert read(put(tmp_path, "sep=;\r\na;b\r\n1,5;2\r\n")) == [{"a": "1,5", "b": "2"}]


def test_a_preamble_is_skipped(tmp_path):
    text = 'Notes:\n"When exporting, some addresses\nmay be missing"\n\nFirst Name,URL\nAnna,x\n'

    assert read(put(tmp_path, text)) == [{"First Name": "Anna", "URL": "x"}]


def test_quoted_newlines_stay_in_their_cell(tmp_path):
    assert read(put(tmp_path, 'a,b\n"x\ny",2\n')) == [{"a": "x\ny", "b": "2"}]


def test_a_quote_that_is_never_closed_costs_its_own_line_only(tmp_path):
    lines = "".join(f"p{n},x\n" for n in range(300))

    rows = read(put(tmp_path, f'a,b\n"broken,1\n{lines}'))

    assert len(rows) == 301
    assert rows[1] == {"a": "p0", "b": "x"}


def test_a_cell_beyond_all_measure_is_taken_apart_line_by_line(tmp_path):
    path = put(tmp_path, 'a,b\n1,2\n3,"' + "x" * 1_200_000 + "\n4,5\n")

    rows = read(path)

    assert [row["a"] for row in rows] == ["1", "3", "4"]


def test_a_list_without_headings_gets_names_by_place(tmp_path):
    sheet = sniff.sniff(put(tmp_path, "anna@acme.example,Anna\nben@acme.example,Ben\n"))

    assert (sheet.headings, sheet.titled, sheet.skip) == (("Column 1", "Column 2"), False, 0)


def test_values_are_no_headings(tmp_path):
    assert not sniff.sniff(put(tmp_path, "2025-01-02,12,x\n2025-01-03,13,y\n")).titled


def test_headings_are_told_apart(tmp_path):
    found = sniff.told_apart(["Email", "Email", "", "Email (2)", "Email"])

    assert found == ("Email", "Email (2)", "Column 3", "Email (2) (2)", "Email (3)")
    assert len(set(found)) == 5


def test_headings_that_lack_values_below_stay(tmp_path):
    rows = read(put(tmp_path, "a,b,c\n1,2\n3,4\n"))

    assert rows == [{"a": "1", "b": "2"}, {"a": "3", "b": "4"}]


def test_rows_are_numbered_and_can_be_taken_up_in_the_middle(tmp_path):
    path = put(tmp_path, "a\n1\n2\n3\n")
    sheet = sniff.sniff(path)

    assert list(table.rows(path, sheet, start=1)) == [(2, ["2"]), (3, ["3"])]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\n\n  \n", "no rows"),
        (b"\xef\xbb\xbf", "no rows"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"\x89PNG\r\n", "a picture"),
        (bytes(range(32)) * 100, "binary"),
        (b"PK\x03\x04nonsense", "damaged"),
        (b"\xd0\xcf\x11\xe0nonsense", "cannot be opened"),
        (",".join(f"c{n}" for n in range(10_000)).encode() + b"\n", "10,000 columns"),
        (b",,,\n,,,\n", "no rows"),
    ],
)
def test_what_is_no_list_is_refused_with_a_sentence(tmp_path, content, words):
    with pytest.raises(Invalid, match=words):
        sniff.sniff(put(tmp_path, content))


def test_a_file_beyond_all_measure_is_refused_unread(tmp_path):
    path = put(tmp_path, b"")
    with path.open("wb") as file:
        file.truncate(2_000_000_000)

    with pytest.raises(Invalid, match="larger than"):
        sniff.sniff(path)


def test_a_zip_bomb_is_refused_before_it_is_opened(tmp_path, monkeypatch):
    monkeypatch.setattr(sniff, "UNPACKED", 5_000_000)
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "x")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as file:
            for _ in range(6):
                file.write(b"0" * 1_000_000)

    with pytest.raises(Invalid, match="unpacks to more"):
        sniff.sniff(path)


def test_a_workbook_of_two_cells_worlds_apart_is_refused_and_takes_no_memory(tmp_path):
    path = tmp_path / "wide.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write(0, 0, "Email")
    sheet.write(1_048_575, 16_383, "far away")
    book.close()

    with pytest.raises(Invalid, match="far larger inside"):
        sniff.sniff(path)


def test_an_archive_that_lies_about_its_size_is_refused(tmp_path):
    path = tmp_path / "liar.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "x")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 5_000_000)
    raw = path.read_bytes()
    path.write_bytes(raw.replace((5_000_000).to_bytes(4, "little"), (500).to_bytes(4, "little")))

    with pytest.raises(Invalid, match=r"cannot be opened|far larger"):
        sniff.sniff(path)


def test_a_table_starts_where_its_first_cell_is(tmp_path):
    path = tmp_path / "moved.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write_row(3, 2, ["Email", "Name"])
    sheet.write_row(5, 2, ["a@b.example", "Ann"])
    book.close()

    assert read(path) == [{"Email": "a@b.example", "Name": "Ann"}]
    assert list(workbook.opened(path)) == [(4, ["Email", "Name"]), (6, ["a@b.example", "Ann"])]


def test_a_row_of_a_workbook_is_where_the_spreadsheet_shows_it(tmp_path):
    rows = [["Guests"], [], ["Email", "Name"], [], ["a@b.example", "Ann"], [], [], ["x", "Ben"]]
    path = workbook_of(tmp_path, rows)
    sheet = sniff.sniff(path)

    found = list(table.rows(path, sheet))

    assert [number for number, _ in found] == [1, 2]
    assert table.places(path, sheet, [1, 2]) == {1: 5, 2: 8}


def test_an_archive_is_no_workbook(tmp_path):
    path = tmp_path / "list.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("people.csv", "a,b")

    with pytest.raises(Invalid, match="ZIP archive"):
        sniff.sniff(path)


def workbook_of(tmp_path, rows):
    path = tmp_path / "list.xlsx"
    book = xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return path


def test_a_workbook_reads_as_the_text_people_saw(tmp_path):
    path = workbook_of(
        tmp_path, [["Email", "Staff", "Since"], ["a@b.example", 12.0, date(2025, 3, 4)]]
    )

    assert read(path) == [{"Email": "a@b.example", "Staff": "12", "Since": "2025-03-04"}]


def test_an_empty_workbook_is_refused(tmp_path):
    with pytest.raises(Invalid, match="empty"):
        sniff.sniff(workbook_of(tmp_path, []))


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (1.5, "1.5"),
        (True, "TRUE"),
        (False, "FALSE"),
        (datetime(2025, 1, 2, 3, 4), "2025-01-02 03:04:00"),  # noqa: DTZ001 - as calamine gives it
        (time(3, 4), "03:04:00"),
        (timedelta(hours=1), "1:00:00"),
        (7, "7"),
        ("x", "x"),
    ],
)
def test_every_kind_of_cell_has_a_text(cell, text):
    assert workbook.text(cell) == text


def test_cells_that_a_spreadsheet_would_run_are_written_as_text():
    lines = list(table.as_csv(("a", "b"), iter([["=1+1", "-x"], ["@x", "plain"]])))

    assert lines == ["a,b\r\n", "'=1+1,'-x\r\n", "'@x,plain\r\n"]
