"""The leads page: the list, one lead, acts, and what strangers may not see."""

import pytest

from core.domain.states import LeadState, Role
from db.models import Account, Client, Contact, Lead
from db.session import Sessions, reading, transaction
from tests.factories import (
    make_account,
    make_campaign,
    make_client,
    make_contact,
    make_lead,
    make_user,
)
from tests.factories_desk import make_fact, make_lead_event, make_score
from tests.pages.conftest import App, seen


def known_lead(sessions: Sessions, role: Role = Role.OPERATOR, **given: object):
    """(user, lead id) of one client with one lead that everybody would recognise."""
    with transaction(sessions) as session:
        client = make_client(session, name="Northwind")
        user = make_user(session, role, [client], name="Olga")
        account = make_account(session, client, name="Lumen Robotics", industry="Robotics")
        contact = make_contact(
            session,
            client,
            account,
            first_name="Maren",
            last_name="Vogt",
            email="maren@lumen.example",
        )
        lead = make_lead(session, make_campaign(session, client, name="Spring"), contact, **given)
        make_score(session, lead)
        make_fact(session, lead)
        make_lead_event(session, lead)
        return user, lead.id


def state_of(sessions: Sessions, lead_id: int) -> LeadState:
    with reading(sessions) as session:
        return session.get_one(Lead, lead_id).state


def test_the_list_shows_leads_in_words(signed_in: App, sessions: Sessions) -> None:
    user, _ = known_lead(sessions, state="review")

    at = signed_in(user, "leads.py")

    assert not at.exception
    (frame,) = [table.value for table in at.dataframe]
    assert frame["Name"].tolist() == ["Maren Vogt"]
    assert frame["State"].tolist() == [["To review"]]
    assert frame["Why"].tolist() == ["Title matches"]
    assert "1 of 1 lead\n" in seen(at)


def test_filters_are_in_the_url(signed_in: App, sessions: Sessions) -> None:
    user, _ = known_lead(sessions, state="review")

    at = signed_in(user, "leads.py", state="converted", q="vogt")

    assert not at.exception
    assert "No lead fits these filters" in seen(at)


def test_a_company_its_size_and_a_country_are_asked_for_by_the_url(
    signed_in: App, sessions: Sessions
) -> None:
    user, _ = known_lead(sessions, state="review")
    with transaction(sessions) as session:
        session.query(Contact).one().country = "DE"
        session.query(Account).one().employees = 126

    at = signed_in(user, "leads.py", country="FR,DE", size="51-200", company="comp")
    assert "1 of 1 lead\n" in seen(at)
    at.query_params["size"] = "5001-"
    at.run()

    assert not at.exception
    assert "No lead fits these filters" in seen(at)


def test_an_empty_list_offers_the_import(signed_in: App, sessions: Sessions) -> None:
    with transaction(sessions) as session:
        user = make_user(session, Role.OPERATOR, [make_client(session)])

    at = signed_in(user, "leads.py")

    assert not at.exception
    assert "There are no leads yet." in seen(at)


def test_one_lead_is_told_in_full(signed_in: App, sessions: Sessions) -> None:
    user, lead_id = known_lead(sessions, state="scored")

    at = signed_in(user, "leads.py", lead=str(lead_id))

    assert not at.exception
    said = seen(at)
    for part in (
        "Maren Vogt",
        "Lumen Robotics",
        "Title matches",
        "VP Marketing",
        "Met at the fair",
        "Fit 78 = 23 of the 30 points that could be judged, in percent; 1 of 3 criteria is unknown",
    ):
        assert part in said
    assert "What happens next" in said


def test_another_clients_lead_is_one_sentence(signed_in: App, sessions: Sessions) -> None:
    _, lead_id = known_lead(sessions)
    with transaction(sessions) as session:
        stranger = make_user(session, Role.MANAGER, [make_client(session, name="Other")])

    at = signed_in(stranger, "leads.py", lead=str(lead_id))

    assert not at.exception
    said = seen(at)
    assert "This lead does not exist, or it belongs to a client you do not work for." in said
    assert "Maren" not in said
    assert "Lumen" not in said


def test_a_lead_is_moved_with_a_reason(signed_in: App, sessions: Sessions) -> None:
    user, lead_id = known_lead(sessions, state="review")
    at = signed_in(user, "leads.py", lead=str(lead_id))

    at.selectbox(key="lead.move.to").set_value(LeadState.REJECTED)
    at.text_input(key="lead.move.reason").set_value("Too small")
    next(b for b in at.button if b.label == "Move").click().run()

    assert not at.exception
    assert state_of(sessions, lead_id) is LeadState.REJECTED
    assert "Too small" in seen(at)


def test_a_note_is_kept_in_the_history(signed_in: App, sessions: Sessions) -> None:
    user, lead_id = known_lead(sessions)
    at = signed_in(user, "leads.py", lead=str(lead_id))

    at.text_area(key="lead.note.text").set_value("Prefers the telephone")
    next(b for b in at.button if b.label == "Keep the note").click().run()

    assert not at.exception
    assert "Prefers the telephone" in seen(at)


def test_a_viewer_sees_no_buttons_that_change_a_lead(signed_in: App, sessions: Sessions) -> None:
    user, lead_id = known_lead(sessions, Role.VIEWER)

    at = signed_in(user, "leads.py", lead=str(lead_id))

    assert not at.exception
    assert {b.label for b in at.button} & {"Move", "Keep the note", "Suppress"} == set()


def test_a_viewer_may_not_import(signed_in: App, sessions: Sessions) -> None:
    user, _ = known_lead(sessions, Role.VIEWER)

    at = signed_in(user, "leads.py", view="import")

    assert not at.exception
    assert "may not import leads" in seen(at)


def test_the_import_begins_with_a_file(signed_in: App, sessions: Sessions) -> None:
    user, _ = known_lead(sessions)

    at = signed_in(user, "leads.py", view="import")

    assert not at.exception
    assert "Nothing is stored before you have seen" in seen(at)
    with reading(sessions) as session:
        assert session.query(Client).count() == 1


@pytest.mark.parametrize("words", ["Maren Vogt", "vogt  maren", "maren vo gt", "Maren"])
def test_a_person_is_found_by_both_names_in_either_order(
    words: str, signed_in: App, sessions: Sessions
) -> None:
    user, _ = known_lead(sessions)

    said = seen(signed_in(user, "leads.py", q=words))

    assert ("Maren Vogt" in said) == (words != "maren vo gt")


def test_an_address_that_was_not_checked_is_called_so(signed_in: App, sessions: Sessions) -> None:
    user, lead_id = known_lead(sessions)

    said = seen(signed_in(user, "leads.py", lead=str(lead_id)))

    assert "address valid" in said or "address not checked" in said
    assert "checked address" not in said
