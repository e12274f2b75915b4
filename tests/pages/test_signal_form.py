"""A person notes on the lead's page what points to an opportunity."""

from core.domain.states import Role
from db.models import Signal
from db.session import Sessions, reading, transaction
from tests.factories import make_campaign, make_client, make_lead, make_user
from tests.pages.conftest import App, seen


def test_a_signal_is_noted_and_shown_with_its_source(signed_in: App, sessions: Sessions) -> None:
    with transaction(sessions) as session:
        client = make_client(session)
        user = make_user(session, Role.OPERATOR, [client], name="Omar Haddad")
        lead_id = make_lead(session, make_campaign(session, client), state="scored").id
    at = signed_in(user, "leads.py", lead=str(lead_id))

    at.selectbox(key=f"lead.{lead_id}.signal.kind").set_value("funding")
    at.text_input(key=f"lead.{lead_id}.signal.detail").set_value("Series B of 10 M")
    at = next(b for b in at.button if b.label == "Add the signal").click().run()

    assert not at.exception
    said = seen(at)
    assert "Series B of 10 M" in said
    assert "Omar Haddad" in said
    with reading(sessions) as session:
        assert session.query(Signal).one().kind == "funding"


def test_who_only_reads_notes_no_signal(signed_in: App, sessions: Sessions) -> None:
    with transaction(sessions) as session:
        client = make_client(session)
        user = make_user(session, Role.VIEWER, [client])
        lead_id = make_lead(session, make_campaign(session, client)).id

    at = signed_in(user, "leads.py", lead=str(lead_id))

    assert "Add the signal" not in {b.label for b in at.button}
