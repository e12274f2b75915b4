"""Mappings kept for a source."""

import pytest

from core.domain.access import SYSTEM
from core.errors import Invalid, NotFound
from core.intake import columns, sniff
from core.queries import mappings as queries
from core.services import mappings
from db.models import SavedMapping
from db.session import transaction
from tests.factories import NOW, make_campaign, make_client, viewer_of

GIVEN = {"Wohin": "email", "Rufname": "first_name"}


@pytest.fixture
def sheet(tmp_path):
    file = tmp_path / "list.csv"
    file.write_text("Wohin,Rufname,Schuhe\nanna@acme.example,Anna,38\n", encoding="utf-8")
    return sniff.sniff(file)


def test_a_mapping_is_known_again_by_the_headings_whatever_their_order(sessions, sheet):
    with transaction(sessions) as session:
        campaign = make_campaign(session)
        mappings.save(session, SYSTEM, campaign.id, sheet, GIVEN, name="Fair", now=NOW)

        headings = ("SCHUHE", "rufname", "Wohin")
        found = queries.fitting(session, SYSTEM, campaign.id, headings)

        assert found.name == "Fair"
        assert found.columns == {"SCHUHE": None, "rufname": "first_name", "Wohin": "email"}
        assert queries.fitting(session, SYSTEM, campaign.id, headings[:2]) is None


def test_saving_again_replaces_and_forgetting_forgets(sessions, sheet):
    with transaction(sessions) as session:
        campaign = make_campaign(session)
        mappings.save(session, SYSTEM, campaign.id, sheet, GIVEN, name="Fair", now=NOW)
        one = mappings.save(
            session, SYSTEM, campaign.id, sheet, {"Wohin": "email"}, name="Fair 2", now=NOW
        )
        session.expire_all()

        found = mappings.fitting(session, campaign.client_id, sheet)
        assert found == {"Wohin": "email", "Rufname": None, "Schuhe": None}
        assert session.query(SavedMapping).one().name == "Fair 2"
        mappings.forget(session, SYSTEM, one.id, now=NOW)
        assert mappings.fitting(session, campaign.client_id, sheet) is None


def test_another_client_has_mappings_of_its_own(sessions, sheet):
    with transaction(sessions) as session:
        campaign, other = make_campaign(session), make_campaign(session)
        one = mappings.save(session, SYSTEM, campaign.id, sheet, GIVEN, name="Fair", now=NOW)
        stranger = viewer_of(make_client(session))

        assert mappings.fitting(session, other.client_id, sheet) is None
        assert queries.fitting(session, stranger, campaign.id, sheet.headings) is None
        with pytest.raises(NotFound):
            mappings.forget(session, stranger, one.id, now=NOW)


def test_a_list_without_headings_cannot_be_known_again(sessions, tmp_path):
    file = tmp_path / "list.csv"
    file.write_text("anna@acme.example,Anna\nben@acme.example,Ben\n")
    with transaction(sessions) as session:
        campaign = make_campaign(session)

        with pytest.raises(Invalid, match="without headings"):
            mappings.save(session, SYSTEM, campaign.id, sniff.sniff(file), {}, name="Fair", now=NOW)


def test_a_fingerprint_minds_neither_capitals_nor_spaces():
    assert columns.fingerprint(["E-Mail ", "Name"]) == columns.fingerprint(["name", "e-mail"])
    assert columns.fingerprint(["E-Mail"]) != columns.fingerprint(["Mail"])
