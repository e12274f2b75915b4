import sys
from contextlib import closing

import pytest

from core.errors import Invalid
from core.intake import ahead, columns, sniff, table


@pytest.fixture(scope="module")
def order(tmp_path_factory):
    path = tmp_path_factory.mktemp("lists") / "long.csv"
    rows = (f"p{n}@acme.example,Anna,2026-01-0{n % 9 + 1},{n}" for n in range(ahead.LONG))
    path.write_text("\n".join(["Email,First Name,Consent at,Points", *rows, "nobody,,,"]) + "\n")
    sheet = sniff.sniff(path)
    mapped = columns.guess(sheet.headings, table.sample(path, sheet))
    return ahead.Order(path, sheet, mapped, day_first=True, start=0, size=5_000)


@pytest.mark.parametrize("program", [sys.executable, "/bin/false", "/no/such/program"])
def test_a_long_list_reads_the_same_whether_the_other_process_lives_or_not(
    order, program, monkeypatch
):
    monkeypatch.setattr(sys, "executable", program)

    with closing(ahead.chunks(order, rows=ahead.LONG + 1)) as chunks:
        found = list(chunks)

    assert found == list(ahead.here(order))
    assert [len(chunk) for chunk in found] == [5_000] * 4 + [1]
    assert found[0][0][:2] == (1, None)
    assert found[4][0] == (20_001, ["nobody", "", "", ""], "'nobody' is no e-mail address.")


def test_whoever_stops_early_leaves_no_process_behind(order):
    with closing(ahead.chunks(order, rows=ahead.LONG)) as chunks:
        first = next(chunks)

    assert len(first) == 5_000  # a process left behind would be a ResourceWarning, an error here


def test_what_the_other_process_cannot_read_is_said_here(order, monkeypatch, tmp_path):
    path = tmp_path / "long.xlsx"
    path.write_bytes(b"PK\x03\x04 no workbook")
    broken = ahead.Order(path, sniff.Sheet("workbook", ("Email",), 0), order.columns, True, 0, 10)

    with pytest.raises(Invalid), closing(ahead.chunks(broken, rows=ahead.LONG)) as chunks:
        list(chunks)
