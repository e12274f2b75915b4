import pytest
from sqlalchemy import func, select

from core.domain.access import SYSTEM
from core.domain.states import LeadState, Role, SuppressionKind, SuppressionReason
from core.errors import Invalid, NotAllowed, NotFound
from core.services import suppressions
from db.models import AuditEntry, Client, Suppression
from db.session import transaction
from tests.factories import NOW, make_client, make_contact, make_lead, make_user, viewer_of

GIVEN = {"reason": SuppressionReason.OPT_OUT, "source": "test", "now": NOW}
DOMAIN = SuppressionKind.DOMAIN


def lead_with(session, email: str, **given):
    lead = make_lead(session, **given)
    client = session.get_one(Client, lead.client_id)
    lead.contact_id = make_contact(session, client, email=email).id
    session.flush()
    return lead


def test_an_address_is_suppressed_once_and_its_open_leads_with_it(sessions):
    with transaction(sessions) as session:
        lead = lead_with(session, "anna@acme.example", state="nurtured")
        other = lead_with(session, "anna@acme.example", state="nurtured")

        for _ in range(2):
            suppressions.suppress(
                session, SYSTEM, " Anna@ACME.example", client_id=lead.client_id, **GIVEN
            )

        assert session.execute(select(func.count()).select_from(Suppression)).scalar_one() == 1
        assert (lead.state, other.state) == (LeadState.SUPPRESSED, LeadState.NURTURED)


def test_a_domain_takes_all_below_it_and_the_agency_all_clients(sessions):
    with transaction(sessions) as session:
        one = lead_with(session, "a@mail.rival.example", state="scored")
        two = lead_with(session, "b@rival.example", state="converted")
        three = lead_with(session, "c@arrival.example", state="scored")

        suppressions.suppress(
            session, SYSTEM, "rival.example", kind=DOMAIN, client_id=None, **GIVEN
        )

        states = [one.state, two.state, three.state]
        assert states == [LeadState.SUPPRESSED, LeadState.CONVERTED, LeadState.SCORED]
        asked = ["A@mail.rival.example", "c@arrival.example", "nonsense"]
        found = suppressions.reasons_among(session, one.client_id, asked)
        assert found == {"a@mail.rival.example": "the domain rival.example is suppressed"}
        assert suppressions.suppressed_among(session, 999, asked) == {"a@mail.rival.example"}


def test_what_is_no_address_is_refused_with_a_sentence(sessions):
    no_address = pytest.raises(Invalid, match="'nonsense' is no address")
    with transaction(sessions) as session, no_address:
        suppressions.suppress(session, SYSTEM, "nonsense", client_id=None, **GIVEN)


def test_only_who_sees_the_client_may_and_the_whole_agency_is_for_admins(sessions):
    with transaction(sessions) as session:
        client = make_client(session)
        mine = viewer_of(client, role=Role.OPERATOR, user=make_user(session))

        with pytest.raises(NotAllowed, match="whole agency"):
            suppressions.suppress(session, mine, "a@b.example", client_id=None, **GIVEN)
        other = make_client(session).id
        with pytest.raises(NotFound):
            suppressions.suppress(session, mine, "a@b.example", client_id=other, **GIVEN)
        suppressions.suppress(session, mine, "a@b.example", client_id=client.id, **GIVEN)
        assert session.execute(select(AuditEntry.action)).scalars().all() == ["suppressed"]


def test_lifting_is_by_hand_with_a_reason_and_an_opt_out_needs_an_admin(sessions):
    with transaction(sessions) as session:
        client = make_client(session)
        made = suppressions.suppress(session, SYSTEM, "a@b.example", client_id=client.id, **GIVEN)
        manager = viewer_of(client, user=make_user(session))

        with pytest.raises(NotAllowed):
            suppressions.lift(session, manager, made.id, reason="asked", now=NOW)
        admin = viewer_of(client, role=Role.ADMIN)
        with pytest.raises(Invalid):
            suppressions.lift(session, admin, made.id, reason=" ", now=NOW)
        suppressions.lift(session, admin, made.id, reason="asked again", now=NOW)

        assert session.execute(select(Suppression)).first() is None
        assert suppressions.suppressed_among(session, client.id, ["a@b.example"]) == set()
