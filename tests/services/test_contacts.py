import pytest

from core.domain.access import SYSTEM
from core.errors import Invalid, NotFound, Stale
from core.services import contacts
from db.models import Account
from db.session import transaction
from tests.factories import NOW, make_client, make_contact, viewer_of


def test_a_contact_is_known_by_its_address_and_filled_never_overwritten(sessions):
    with transaction(sessions) as session:
        client = make_client(session)

        first = contacts.add(
            session, SYSTEM, client.id, "Anna@Acme.example", now=NOW, title="CEO", company="Acme"
        )
        second = contacts.add(
            session, SYSTEM, client.id, "anna@acme.example", now=NOW, title="CFO", city="Ulm"
        )

        assert first.id == second.id
        assert (second.title, second.city) == ("CEO", "Ulm")
        assert session.get_one(Account, first.account_id).key == "acme.example"


@pytest.mark.parametrize(
    ("email", "domain", "company", "key"),
    [
        ("a@acme.example", None, None, "acme.example"),
        ("a@mail.acme.example", "acme.example", "Acme", "acme.example"),
        ("a@gmail.com", None, "ACME Tools, GmbH & Co. KG", "name:acme tools &"),
        ("a@gmail.com", "gmail.com", None, None),
        ("a@gmail.com", None, "GmbH", "name:gmbh"),
    ],
)
def test_a_company_is_known_by_its_domain_else_by_its_name(email, domain, company, key):
    assert contacts.account_key(email, domain, company) == key


def test_who_has_no_company_has_no_account(sessions):
    with transaction(sessions) as session:
        contact = contacts.add(session, SYSTEM, make_client(session).id, "a@gmail.com", now=NOW)

        assert contact.account_id is None
        assert contact.free_mail


def test_an_edit_is_typed_recorded_and_refused_when_stale(sessions):
    with transaction(sessions) as session:
        client = make_client(session)
        contact = make_contact(session, client, title="CEO")
        viewer = viewer_of(client)

        edited = contacts.edit(
            session, viewer, contact.id, version=1, now=NOW, country="Germany", title=" CFO "
        )

        assert (edited.country, edited.title, edited.version) == ("DE", "CFO", 2)
        with pytest.raises(Stale):
            contacts.edit(session, viewer, contact.id, version=1, now=NOW, title="x")
        with pytest.raises(Invalid, match="no country"):
            contacts.edit(session, viewer, contact.id, version=2, now=NOW, country="Atlantis")
        with pytest.raises(Invalid, match="has no email_key"):
            contacts.edit(session, viewer, contact.id, version=2, now=NOW, email_key="x")
        stranger = viewer_of(make_client(session))
        with pytest.raises(NotFound):
            contacts.edit(session, stranger, contact.id, version=2, now=NOW, title="x")
        with pytest.raises(Invalid, match="is no e-mail address"):
            contacts.add(session, SYSTEM, client.id, "nonsense", now=NOW)
