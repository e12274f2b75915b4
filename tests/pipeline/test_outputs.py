"""Making deliverables: whole files, numbered editions, honest failures."""

import csv
import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from core.domain.access import SYSTEM, Viewer
from core.domain.states import DeliverableKind, DeliverableState
from core.errors import AicmoError, Invalid, NotFound
from core.pipeline import outputs
from core.queries import deliverables as rows
from core.runtime import Runtime
from db.models import Client, Deliverable
from db.session import Sessions, reading, transaction
from tests.factories import (
    NOW,
    make_account,
    make_campaign,
    make_client,
    make_contact,
    make_lead,
    viewer_of,
)
from tests.factories_outputs import LOGO, make_rollup

K, D = DeliverableKind, DeliverableState


@pytest.fixture
def campaign(sessions: Sessions) -> tuple[int, int, Viewer]:
    """(campaign, client, a stranger) with a lead whose name is a formula."""
    with transaction(sessions) as session:
        client = make_client(session, name="Halden Foods", slug="halden-foods",
                             brand={"primary": "#0B5D4E", "secondary": "red"})  # fmt: skip
        spring = make_campaign(session, client, name="Spring")
        account = make_account(session, client, name='=HYPERLINK("http://x")')
        make_lead(session, spring, make_contact(session, client, account, email="a@x.example"))
        make_lead(session, make_campaign(session, client, name="Autumn"))
        make_rollup(session, spring, NOW.date(), sent=3, reached=3, replied=1, positive=1)
        return spring.id, client.id, viewer_of(make_client(session))


def test_a_report_is_a_whole_file_that_the_row_describes(
    rt: Runtime, campaign: tuple[int, int, Viewer], tmp_path: Path
) -> None:
    copy = tmp_path / "deep" / "report.pdf"

    made = outputs.make(rt, SYSTEM, K.REPORT, "pdf", campaign_id=campaign[0], now=NOW, out=copy)

    raw = made.path.read_bytes()
    assert raw.startswith(b"%PDF")
    assert copy.read_bytes() == raw
    assert (made.bytes, made.sha256) == (len(raw), hashlib.sha256(raw).hexdigest())
    assert made.path.is_relative_to(rt.data_dir / "deliverables" / "halden-foods")
    with reading(rt.sessions) as session:
        row = session.get_one(Deliverable, made.deliverable_id)
        assert (row.state, row.sha256) == (D.REVIEW, made.sha256)
        assert row.snapshot["figures"]["reached"] == 3


def test_a_second_deck_is_a_second_edition_beside_the_first(
    rt: Runtime, campaign: tuple[int, int, Viewer]
) -> None:
    first = outputs.make(rt, SYSTEM, K.REPORT, "pptx", client_id=campaign[1], now=NOW)
    second = outputs.make(rt, SYSTEM, K.REPORT, "pptx", client_id=campaign[1], now=NOW)

    assert first.path.read_bytes()[:2] == b"PK"
    assert first.path.exists()
    assert second.path.name.endswith("-e2.pptx")


@pytest.mark.parametrize(("whole", "count"), [(True, 2), (False, 1)])
def test_a_lead_list_holds_the_leads_and_no_formula(
    rt: Runtime, campaign: tuple[int, int, Viewer], whole: bool, count: int
) -> None:
    about = {"client_id": campaign[1]} if whole else {"campaign_id": campaign[0]}

    made = outputs.make(rt, SYSTEM, K.LEAD_LIST, "csv", **about, now=NOW)

    with made.path.open(encoding="utf-8-sig", newline="") as file:
        found = list(csv.DictReader(file))
    assert len(found) == count
    assert found[0]["E-mail"] == "a@x.example"
    assert found[0]["Company"] == '\'=HYPERLINK("http://x")'
    assert found[0]["State"] == "harvested"


def test_long_lists_are_read_page_by_page(rt: Runtime, campaign: tuple[int, int, Viewer]) -> None:
    with reading(rt.sessions) as session:
        first = rows.leads(session, SYSTEM, client_id=campaign[1], size=1)
        rest = rows.leads(session, SYSTEM, client_id=campaign[1], size=9, after=first[-1][0])

    assert (len(first), len(rest)) == (1, 1)


def test_a_workbook_can_be_made_too(rt: Runtime, campaign: tuple[int, int, Viewer]) -> None:
    made = outputs.make(rt, SYSTEM, K.LEAD_LIST, "xlsx", campaign_id=campaign[0], now=NOW)

    assert made.path.read_bytes()[:2] == b"PK"


def test_a_stranger_orders_nothing(rt: Runtime, campaign: tuple[int, int, Viewer]) -> None:
    with pytest.raises(NotFound):
        outputs.make(rt, campaign[2], K.REPORT, "pdf", campaign_id=campaign[0], now=NOW)

    assert not (rt.data_dir / "deliverables").exists()


def test_what_cannot_be_made_says_why_and_leaves_no_file(
    rt: Runtime, campaign: tuple[int, int, Viewer]
) -> None:
    ordered = outputs.order(rt, SYSTEM, K.REPORT, "pdf", campaign_id=campaign[0], now=NOW)

    with pytest.raises(AicmoError):
        outputs.complete(rt, SYSTEM, replace(ordered, client_id=999_999))

    with reading(rt.sessions) as session:
        row = session.get_one(Deliverable, ordered.id)
        assert (row.state, row.error) == (D.FAILED, "The client is gone.")


def test_a_copy_that_cannot_be_written_is_one_clear_sentence(
    rt: Runtime, campaign: tuple[int, int, Viewer], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("x")

    with pytest.raises(Invalid, match="could not be written"):
        outputs.make(rt, SYSTEM, K.LEAD_LIST, "csv", campaign_id=campaign[0], now=NOW,
                     out=tmp_path / "file" / "below.csv")  # fmt: skip


@pytest.mark.parametrize(
    ("logo", "known"),
    [
        ("brand/logo.svg", True),
        ("brand/note.txt", False),
        ("../outside.svg", False),
        ("brand/huge.svg", False),
        ("brand/none.svg", False),
        ("", False),
        (None, False),
    ],
)
def test_a_logo_is_a_picture_below_the_data_directory_or_none(
    tmp_path: Path, logo: str | None, known: bool
) -> None:
    folder = tmp_path / "var" / "brand"
    folder.mkdir(parents=True)
    (folder / "logo.svg").write_bytes(LOGO)
    (folder / "logo.png").write_bytes(b"\x89PNG")
    (folder / "note.txt").write_text("secret")
    (folder / "huge.svg").write_bytes(b"<svg" + b" " * outputs.LARGEST_LOGO)
    (tmp_path / "outside.svg").write_bytes(LOGO)

    brand = outputs.brand_of(tmp_path / "var", "X", {"logo": logo, "primary": "blue; }"})

    assert (brand.logo is not None) is known
    assert (brand.dotted is not None) is known
    assert brand.primary == "#3538CD"


def test_whole_time_begins_with_the_first_count(
    rt: Runtime, campaign: tuple[int, int, Viewer]
) -> None:
    with reading(rt.sessions) as session:
        period = rows.whole_time(session, SYSTEM, today=NOW.date(), client_id=campaign[1])
        empty = rows.whole_time(session, campaign[2], today=NOW.date(), campaign_id=campaign[0])
        assert session.get_one(Client, campaign[1]).name == "Halden Foods"

    assert (period.days, empty.days) == (1, 28)
