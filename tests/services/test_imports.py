import pytest
from sqlalchemy import func, select

from core.domain.access import SYSTEM
from core.domain.states import Role, SuppressionReason
from core.errors import Invalid, NotAllowed, NotFound
from core.intake.differences import Difference
from core.services import imports, suppressions
from db.models import Campaign, Client, Contact, ImportBatch, Lead
from db.session import transaction
from tests.factories import (
    NOW,
    make_account,
    make_campaign,
    make_client,
    make_contact,
    make_lead,
    viewer_of,
)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text(
        "Email,Vorname,Lieblingsfarbe\n"
        "anna@acme.example,Anna,blau\n"
        "anna@acme.example,Anna,rot\n"
        "info@gmail.com,,\n"
        "x@mailinator.com,,\n"
        "nonsense,,\n",
        encoding="utf-8",
    )
    return path


def test_a_preview_says_what_would_happen_and_writes_nothing(sessions, file):
    with transaction(sessions) as session:
        campaign = make_campaign(session)

        told = imports.preview(session, SYSTEM, campaign.id, file, now=NOW)

        assert told.mapping == {
            "Email": "email",
            "Vorname": "first_name",
            "Lieblingsfarbe": None,
        }
        assert told.confidence["Email"] > 0.9
        assert told.samples["Vorname"] == ("Anna", "Anna")
        assert (told.rows, told.created, told.duplicates, told.rejected) == (5, 3, 1, 1)
        assert told.shares == {"role": 1, "free": 1, "disposable": 1, "invalid": 1}
        assert [(one.row_no, one.key, one.of_row) for one in told.doubles] == [
            (3, "anna@acme.example", 2)
        ]
        assert told.rejects[0].reason == "'nonsense' is no e-mail address."
        assert told.warning.startswith("40% of the rows")
        assert told.again is None
        for model in (Contact, Lead, ImportBatch):
            assert session.execute(select(func.count()).select_from(model)).scalar_one() == 0


def test_a_preview_and_the_import_agree_about_who_is_known(sessions, file):
    with transaction(sessions) as session:
        campaign = make_campaign(session)
        client = session.get_one(Client, campaign.client_id)
        make_lead(session, campaign, make_contact(session, client, email="anna@acme.example"))

        told = imports.preview(session, SYSTEM, campaign.id, file, now=NOW)

        assert (told.created, told.updated, told.duplicates) == (2, 1, 1)
        again = imports.preview(session, SYSTEM, campaign.id, file, policy="skip", now=NOW)
        assert [one.of_row for one in again.doubles] == [None, 2]


def test_a_preview_numbers_rows_as_a_spreadsheet_and_says_who_is_suppressed_and_why(
    sessions, tmp_path
):
    path = tmp_path / "people.csv"
    path.write_text(
        "Email,Opt out\n\nanna@acme.example,\nben@acme.example,yes\n\nben@acme.example,\nbroken,\n"
    )
    with transaction(sessions) as session:
        campaign = make_campaign(session)
        suppressions.suppress(
            session, SYSTEM, "anna@acme.example", client_id=campaign.client_id,
            reason=SuppressionReason.BOUNCED, source="test", now=NOW,
        )  # fmt: skip

        told = imports.preview(session, SYSTEM, campaign.id, path, now=NOW)

        assert (told.suppressed, told.rejected) == (3, 1)
        assert [(one.row_no, one.key) for one in told.silenced] == [
            (3, "anna@acme.example"),
            (4, "ben@acme.example"),
            (6, "ben@acme.example"),
        ]
        why = [one.why for one in told.silenced]
        assert why == ["bounced", "opted out by this list", "opted out by this list"]
        assert [one.row_no for one in told.rejects] == [7]


def test_a_preview_says_which_companies_would_be_overwritten(sessions, tmp_path):
    path = tmp_path / "people.csv"
    path.write_text(
        "Email,Company,# Employees,Industry\n"
        "anna@acme.example,Beta Holding,51-200,Software\n"
        "ben@acme.example,Gamma,51-200,\n"
        "cleo@fine.example,Fine,,Software\n"
        "dora@new.example,New,,Software\n"
    )
    with transaction(sessions) as session:
        campaign = make_campaign(session)
        client = session.get_one(Client, campaign.client_id)
        make_account(session, client, domain="acme.example", name="Acme", employees=900)
        make_account(session, client, domain="fine.example", name="Fine")

        told = imports.preview(session, SYSTEM, campaign.id, path, policy="overwrite", now=NOW)
        filled = imports.preview(session, SYSTEM, campaign.id, path, now=NOW)

        assert told.overwritten.companies == {"acme.example"}
        assert told.overwritten.values.first == [
            Difference("acme.example", "company", "Acme", "Beta Holding"),
            Difference("acme.example", "employees", "900", "51–200"),
        ]
        assert told.differences.counts == {"company": 1}
        assert not filled.overwritten.companies
        assert filled.differences.counts == {"company": 2, "employees": 1}


def test_without_an_address_column_a_preview_warns_and_a_start_is_refused(sessions, tmp_path):
    path = tmp_path / "names.csv"
    path.write_text("Name,City\nAnna,Ulm\n", encoding="utf-8")
    with transaction(sessions) as session:
        campaign = make_campaign(session)

        told = imports.preview(session, SYSTEM, campaign.id, path, now=NOW)

        assert told.rows == 1
        assert "No column holds e-mail addresses" in told.warning
        with pytest.raises(Invalid, match="No column holds e-mail addresses"):
            imports.start(session, SYSTEM, campaign.id, path, folder=tmp_path / "kept", now=NOW)


def test_a_started_import_keeps_its_own_copy_and_its_mapping(sessions, file, tmp_path):
    with transaction(sessions) as session:
        campaign = make_campaign(session)

        batch = imports.start(
            session,
            SYSTEM,
            campaign.id,
            file,
            folder=tmp_path / "kept",
            filename="../../People März.csv",
            mapping={"Lieblingsfarbe": "tags"},
            now=NOW,
        )
        file.unlink()

        work = imports.begin(session, SYSTEM, batch.id)
        assert (batch.filename, batch.rows, batch.state) == ("People März.csv", 5, "running")
        assert work.path.parent == tmp_path / "kept"
        assert [one.field for one in work.columns] == ["email", "first_name", "tags"]


def test_who_may_not_import_is_refused(sessions, file, tmp_path):
    with transaction(sessions) as session:
        campaign = make_campaign(session)
        client = session.get_one(Client, session.get_one(Campaign, campaign.id).client_id)
        given = {"folder": tmp_path, "now": NOW}

        reader = viewer_of(client, role=Role.VIEWER)
        stranger = viewer_of(make_client(session))
        with pytest.raises(NotAllowed):
            imports.start(session, reader, campaign.id, file, **given)
        with pytest.raises(NotFound):
            imports.preview(session, stranger, campaign.id, file, now=NOW)
        with pytest.raises(Invalid, match="no policy 'guess'"):
            imports.start(session, SYSTEM, campaign.id, file, policy="guess", **given)
