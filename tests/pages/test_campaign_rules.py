"""A campaign's audience with its what-if, its rules of routing and approval, and their log."""

import pytest
from streamlit.testing.v1 import AppTest

from core.domain.states import LeadState, Role
from core.services import campaigns
from db.models import AutoApproval, Campaign, Client, Lead, Sequence, User
from db.session import Sessions, reading, transaction
from tests.factories import (
    NOW,
    make_account,
    make_campaign,
    make_client,
    make_contact,
    make_lead,
    make_sequence,
    make_user,
    viewer_of,
)
from tests.factories_desk import make_auto_approval
from tests.pages.conftest import App, seen

ICP = {"titles": ["VP Marketing"], "industries": ["Software"]}


def campaign_of(
    sessions: Sessions, role: Role = Role.MANAGER, rules: dict | None = None
) -> tuple[User, int]:
    """(user, campaign with one lead in software and one in mining)."""
    with transaction(sessions) as session:
        client = make_client(session)
        user = make_user(session, role, [client], name="Mina Keller")
        campaign = make_campaign(session, client, icp=ICP, rules=rules or {}, owner_id=user.id)
        make_sequence(session, client, name="Germans")
        for industry in ("Software", "Mining"):
            account = make_account(session, client, industry=industry, name=f"{industry} Ltd")
            contact = make_contact(session, client, account)
            make_lead(session, campaign, contact, state="scored")
        return user, campaign.id


def pressed(at: AppTest, label: str) -> AppTest:
    return next(b for b in at.button if b.label == label).click().run()


def field(at: AppTest, kind: str, ending: str):
    """The widget whose key ends so."""
    return next(w for w in getattr(at, kind) if w.key.endswith(ending))


def rules_of(sessions: Sessions, campaign_id: int) -> dict:
    with reading(sessions) as session:
        return session.get_one(Campaign, campaign_id).rules


def test_the_audience_shows_how_leads_would_move_before_it_is_saved(
    signed_in: App, sessions: Sessions
) -> None:
    user, campaign_id = campaign_of(sessions)
    at = signed_in(user, "campaigns.py", campaign=str(campaign_id), part="audience")
    assert not at.exception
    assert "These are the rules as they are saved." in seen(at)
    assert next(b for b in at.button if b.label == "Save audience").disabled

    at = field(at, "text_input", "icp.industries").set_value("Mining").run()

    said = seen(at)
    assert not at.exception
    assert "2 of 2 leads would change their tier." in said
    assert "All 2 open leads" in said
    assert "Before: 20 of 20" in said or "Before: 0 of 20" in said
    with reading(sessions) as session:
        assert session.get_one(Campaign, campaign_id).icp == ICP

    at = pressed(at, "Save audience")

    assert not at.exception
    with reading(sessions) as session:
        campaign = session.get_one(Campaign, campaign_id)
        assert (campaign.icp["industries"], campaign.rules_version) == (["Mining"], 2)
    assert "These are the rules as they are saved." in seen(at)


def saved_as(sessions: Sessions, campaign_id: int, document: dict) -> None:
    """The audience is saved like this."""
    with transaction(sessions) as session:
        campaign = session.get_one(Campaign, campaign_id)
        viewer = viewer_of(session.get_one(Client, campaign.client_id))
        campaigns.set_icp(
            session, viewer, campaign_id, document, version=campaign.version, now=NOW,
            rules={"threshold": 40},
        )  # fmt: skip


def test_an_older_audience_is_shown_and_used_again(signed_in: App, sessions: Sessions) -> None:
    user, campaign_id = campaign_of(sessions, rules={"threshold": 30})
    saved_as(sessions, campaign_id, {"titles": ["Plumber"], "employees": {"min": 50}})
    at = signed_in(user, "campaigns.py", campaign=str(campaign_id), part="audience")
    assert "Employees any → 50 or more; Job titles + Plumber − VP Marketing; " in seen(at)

    at = [b for b in at.button if b.label == "Show"][-1].click().run()
    assert "- Job titles: VP Marketing" in seen(at).replace("*", "")
    at = pressed(at, "Use this version again")

    said = seen(at)
    assert not at.exception
    assert "The fields show version 1." in said
    assert "1 of 2 leads would change its tier." in said
    assert field(at, "number_input", ".threshold").value == 30

    at = pressed(at, "Save audience")

    assert not at.exception
    with reading(sessions) as session:
        campaign = session.get_one(Campaign, campaign_id)
        assert campaign.icp["titles"] == ["VP Marketing"]
        assert (campaign.rules["threshold"], campaign.rules_version) == (30, 3)
    assert "The fields show version" not in seen(at)


def test_many_that_would_move_are_asked_about_before(signed_in: App, sessions: Sessions) -> None:
    user, campaign_id = campaign_of(sessions)
    with transaction(sessions) as session:
        campaign = session.get_one(Campaign, campaign_id)
        client = session.get_one(Client, campaign.client_id)
        account = make_account(session, client, industry="Mining")
        for _ in range(6):
            make_lead(session, campaign, make_contact(session, client, account), state="scored")
    at = signed_in(user, "campaigns.py", campaign=str(campaign_id), part="audience")
    at = field(at, "text_input", "icp.industries").set_value("Mining").run()

    at = pressed(at, "Save audience")

    assert "8 of 8 open leads** change their tier" in seen(at)
    with reading(sessions) as session:
        assert session.get_one(Campaign, campaign_id).rules_version == 1

    at = pressed(at, "Save and move them")

    assert not at.exception
    with reading(sessions) as session:
        assert session.get_one(Campaign, campaign_id).rules_version == 2


def test_what_contradicts_is_said_at_once_and_cannot_be_saved(
    signed_in: App, sessions: Sessions
) -> None:
    user, campaign_id = campaign_of(sessions)
    at = signed_in(user, "campaigns.py", campaign=str(campaign_id), part="audience")

    field(at, "number_input", "icp.employees.min").set_value(500)
    at = field(at, "number_input", "icp.employees.max").set_value(50).run()

    assert not at.exception
    assert "the least (500) is more than the most (50)" in seen(at)
    assert next(b for b in at.button if b.label == "Save audience").disabled


def test_tiers_are_part_of_the_what_if(signed_in: App, sessions: Sessions) -> None:
    user, campaign_id = campaign_of(sessions)
    at = signed_in(user, "campaigns.py", campaign=str(campaign_id), part="audience")

    at = field(at, "number_input", ".warm").set_value(50).run()

    assert "1 of 2 leads would change its tier." in seen(at).replace("their tier", "its tier")


def test_a_routing_rule_is_added_put_earlier_and_taken_away(
    signed_in: App, sessions: Sessions
) -> None:
    first = {"name": "Big", "owner_id": None, "sequence_id": None, "conditions": [
        {"field": "employees", "operator": "at_least", "value": "500"}]}  # fmt: skip
    user, campaign_id = campaign_of(sessions)
    with transaction(sessions) as session:
        campaign = session.get_one(Campaign, campaign_id)
        campaign.rules = {"routes": [{**first, "owner_id": user.id}]}
        germans = session.query(Sequence).filter_by(name="Germans").one().id
    at = signed_in(user, "campaigns.py", campaign=str(campaign_id), part="rules")
    assert "Employees is at least 500" in seen(at)

    at = pressed(at, "Add a routing rule")
    field(at, "text_input", ".name").set_value("Germany")
    field(at, "selectbox", ".0.field").set_value("country")
    field(at, "text_input", ".0.value").set_value("DE")
    field(at, "selectbox", ".sequence").set_value(germans)
    at = pressed(at, "Save the rule")

    assert not at.exception
    assert [rule["name"] for rule in rules_of(sessions, campaign_id)["routes"]] == [
        *("Big", "Germany"),
    ]

    at = pressed(at, "Earlier")
    at = [b for b in at.button if b.label == "Remove"][1].click().run()

    assert not at.exception
    assert [rule["name"] for rule in rules_of(sessions, campaign_id)["routes"]] == ["Germany"]


def test_a_rule_that_contradicts_itself_is_refused_and_stays_in_the_form(
    signed_in: App, sessions: Sessions
) -> None:
    user, campaign_id = campaign_of(sessions)
    at = signed_in(
        user, "campaigns.py", campaign=str(campaign_id), part="rules", rule="approvals-new"
    )

    field(at, "selectbox", ".0.field").set_value("fit")
    field(at, "selectbox", ".0.operator").set_value("at_least")
    field(at, "text_input", ".0.value").set_value("75")
    field(at, "selectbox", ".1.field").set_value("fit")
    field(at, "selectbox", ".1.operator").set_value("at_most")
    field(at, "text_input", ".1.value").set_value("50")
    at = pressed(at, "Save the rule")

    assert not at.exception
    assert "it can never match" in seen(at)
    assert field(at, "text_input", ".0.value").value == "75"
    assert rules_of(sessions, campaign_id) == {}

    field(at, "text_input", ".1.value").set_value("90")
    at = pressed(at, "Save the rule")

    assert len(rules_of(sessions, campaign_id)["approvals"][0]["conditions"]) == 2


def test_a_rule_of_approval_says_beside_its_form_whom_it_would_let_pass(
    signed_in: App, sessions: Sessions
) -> None:
    user, campaign_id = campaign_of(sessions)
    with transaction(sessions) as session:
        for lead, fit in zip(session.query(Lead).order_by(Lead.id), (80, 40), strict=True):
            lead.state, lead.fit, lead.total, lead.confidence = LeadState.REVIEW, fit, 30, 90
    at = signed_in(
        user, "campaigns.py", campaign=str(campaign_id), part="rules", rule="approvals-new"
    )
    assert "Fill in a condition" in seen(at)

    field(at, "selectbox", ".0.field").set_value("fit")
    field(at, "selectbox", ".0.operator").set_value("at_least")
    at = field(at, "text_input", ".0.value").set_value("75").run()

    said = seen(at)
    assert not at.exception
    assert "1 of 2 leads** in review would have been approved." in said
    assert "Software Ltd" in said
    assert "Not met: Fit is at least 75: 1" in said
    assert rules_of(sessions, campaign_id) == {}


def test_what_a_rule_let_pass_is_listed(signed_in: App, sessions: Sessions) -> None:
    user, campaign_id = campaign_of(sessions)
    with transaction(sessions) as session:
        lead = session.query(Lead).first()
        lead.state = LeadState.QUALIFIED
        make_auto_approval(session, lead)
        make_auto_approval(session, lead, undone_at=lead.created_at)
        assert session.query(AutoApproval).count() == 2

    said = seen(signed_in(user, "campaigns.py", campaign=str(campaign_id), part="rules"))

    assert "Good and verified" in said
    assert "Taken back" in said


@pytest.mark.parametrize("part", ["audience", "rules"])
def test_an_operator_sees_the_rules_and_changes_none(
    signed_in: App, sessions: Sessions, part: str
) -> None:
    rules = {"approvals": [{"conditions": [{"field": "fit", "operator": "is_known"}]}]}
    user, campaign_id = campaign_of(sessions, Role.OPERATOR, rules)

    at = signed_in(user, "campaigns.py", campaign=str(campaign_id), part=part)

    assert not at.exception
    labels = {b.label for b in at.button if not b.disabled}
    assert not labels & {"Add a routing rule", "Change", "Remove", "Save audience"}
