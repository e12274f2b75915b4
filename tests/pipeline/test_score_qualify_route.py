import pytest
from sqlalchemy import func, select

from core.domain.access import SYSTEM
from core.domain.states import (
    EmailStatus,
    LeadState,
    ReviewState,
    Role,
    SuppressionReason,
    Tier,
)
from core.pipeline import qualify, route, score
from core.services import editions, leads, suppressions
from db.models import (
    AutoApproval,
    Campaign,
    Client,
    Contact,
    Lead,
    LeadEvent,
    LeadScore,
    ReviewItem,
    Signal,
)
from db.session import reading, transaction
from tests.factories import (
    NOW,
    make_account,
    make_campaign,
    make_client,
    make_contact,
    make_lead,
    make_sequence,
    make_user,
)
from tests.queries.plans import plans, sorts, whole_reads

ICP = {"titles": ["VP Marketing"], "industries": ["Software"], "employees": {"min": 50}}


def person(session, campaign, client, *, state="enriched", lead=None, company=None, **contact):
    account = make_account(
        session, client, **{"industry": "Software", "employees": 80, **(company or {})}
    )
    return make_lead(
        session, campaign, make_contact(session, client, account, **contact), state=state,
        **(lead or {}),
    )  # fmt: skip


def made(rt, *, many: int = 1, campaign=None, **given) -> tuple[int, list[int]]:
    with transaction(rt.sessions) as session:
        client = make_client(session)
        one = make_campaign(session, client, **{"icp": ICP, **(campaign or {})})
        return one.id, [person(session, one, client, **given).id for _ in range(many)]


def only(rt, query):
    with reading(rt.sessions) as session:
        row = session.execute(query).scalar_one()
        session.expunge(row)
    return row


def lead_of(rt, lead_id: int) -> Lead:
    return only(rt, select(Lead).where(Lead.id == lead_id))


def events_of(rt, lead_id: int) -> list[str]:
    with reading(rt.sessions) as session:
        query = select(LeadEvent.to_state).where(LeadEvent.lead_id == lead_id)
        return list(session.execute(query.order_by(LeadEvent.id)).scalars())


def test_an_enriched_lead_gets_a_score_with_reasons(rt):
    _, (lead_id,) = made(rt)

    report = score.run(rt)

    lead = lead_of(rt, lead_id)
    kept = only(rt, select(LeadScore))
    assert report["scored"] == 1
    assert (lead.state, lead.fit, lead.total, lead.confidence) == (LeadState.SCORED, 100, 50, 100)
    assert (lead.tier, lead.rules_version, lead.scored_at) == (Tier.COOL, 1, NOW)
    assert kept.reasons[0]["sentence"] == "Title 'VP Marketing' matches VP Marketing: +20 of 20."


def test_scoring_twice_does_nothing_more(rt):
    _, (lead_id,) = made(rt)

    first, second = score.run(rt), score.run(rt)

    assert (first["scored"], second["scored"], second["rescored"]) == (1, 0, 0)
    assert events_of(rt, lead_id) == ["scored"]


def test_custom_fields_of_a_list_answer_questions_of_fit(rt):
    wanted = {
        "sub_industries": ["Marketing software"], "business_models": ["SaaS"],
        "founded": {"min": 2000}, "keywords": ["growth", "b2b"],
        "exclude": {"domains": ["rival.example"]},
    }  # fmt: skip
    _, (lead_id,) = made(
        rt,
        campaign={"icp": wanted},
        custom={"Sub-Industry": "Marketing Software", "Keywords": "growth", "Empty": ""},
        company={
            "custom": {"business_model": "SaaS", "Founded Year": 2010, "Description": "B2B tools"}
        },
    )

    score.run(rt)

    lead = lead_of(rt, lead_id)
    assert (lead.fit, lead.confidence) == (100, 100)


def test_signals_and_answers_are_counted(rt, clock):
    _, (lead_id,) = made(rt, state="replied", lead={"replied_at": NOW, "scored_at": NOW})
    with transaction(rt.sessions) as session:
        lead = session.get_one(Lead, lead_id)
        session.add(
            Signal(
                client_id=lead.client_id,
                subject=f"account:{lead.account_id}",
                kind="funding",
                detail="10 M",
                source="news",
                confidence=1.0,
                half_life_days=60,
                observed_at=NOW,
            )
        )

    report = score.run(rt)

    assert report["rescored"] == 1
    assert lead_of(rt, lead_id).opportunity == 25
    assert lead_of(rt, lead_id).state is LeadState.REPLIED


def test_a_new_version_of_the_rules_scores_open_leads_anew(rt):
    campaign_id, (lead_id,) = made(rt)
    score.run(rt)
    with transaction(rt.sessions) as session:
        lead = session.get_one(Lead, lead_id)
        campaign = session.get_one(Campaign, campaign_id)
        campaign.icp, campaign.rules_version = {"titles": ["Plumber"]}, 2
        assert lead.fit == 100

    first, second = score.run(rt), score.run(rt)

    assert (first["rescored"], second["rescored"]) == (1, 0)
    assert (lead_of(rt, lead_id).fit, lead_of(rt, lead_id).rules_version) == (0, 2)


def outdated(rt, campaign_id: int, *lead_ids: int) -> None:
    """As if the rules in the code had been others when these leads got their score."""
    with transaction(rt.sessions) as session:
        session.get_one(Campaign, campaign_id).edition = 0
        for lead_id in lead_ids:
            session.get_one(Lead, lead_id).fit = 3


def test_a_new_edition_of_the_built_in_rules_scores_open_leads_anew_once(rt):
    campaign_id, lead_ids = made(rt, many=3)
    score.run(rt)
    outdated(rt, campaign_id, *lead_ids)

    runs = [score.run(rt)["rescored"] for _ in range(2)]

    assert runs == [3, 0]
    assert [lead_of(rt, lead_id).fit for lead_id in lead_ids] == [100, 100, 100]
    assert only(rt, select(Campaign)).renewed_to is None


def test_a_run_scores_so_many_by_a_new_edition_and_the_next_goes_on(rt, monkeypatch):
    campaign_id, lead_ids = made(rt, many=3)
    score.run(rt)
    outdated(rt, campaign_id, *lead_ids)
    monkeypatch.setattr(score, "RENEWED", 2)

    runs = [score.run(rt)["rescored"] for _ in range(3)]

    assert runs == [2, 1, 0]
    assert [lead_of(rt, lead_id).fit for lead_id in lead_ids] == [100, 100, 100]


@pytest.mark.parametrize("many", [False, True])
def test_a_reopened_lead_is_scored_anew_whatever_it_was_scored_by(rt, many):
    _, (lead_id,) = made(rt, state="rejected", lead={"rules_version": 1, "scored_at": NOW})
    with transaction(rt.sessions) as session:
        if many:
            moves = [leads.LeadMove(lead_id, LeadState.SCORED, "Again", {"rules_version": None})]
            leads.move_many(session, SYSTEM, moves, now=NOW)
        else:
            leads.move(session, SYSTEM, lead_id, LeadState.SCORED, reason="Again", now=NOW)

    report = score.run(rt)

    assert (report["rescored"], lead_of(rt, lead_id).fit) == (1, 100)


@pytest.mark.sqlite
def test_leads_of_an_older_edition_are_found_by_an_index(rt):
    campaign_id, _ = made(rt)

    with reading(rt.sessions) as session:
        found = plans(session, lambda: editions.waiting(session, campaign_id, after=0, limit=9))

    assert (whole_reads(found), sorts(found)) == ([], [])


def test_a_campaign_with_a_broken_audience_holds_nobody_else(rt):
    made(rt)
    with transaction(rt.sessions) as session:
        broken = make_campaign(session, icp={"employees": {"min": 5, "max": 1}})
        broken_id = broken.id

    reports = [stage.run(rt) for stage in (score, qualify)]

    assert reports[0]["scored"] == 1
    assert all(report["broken_campaigns"] == 1 for report in reports)
    assert f"Campaign {broken_id}" in reports[0].notes[0]


def test_only_active_campaigns_move_unless_one_is_named(rt):
    campaign_id, _ = made(rt, campaign={"state": "draft"})

    assert score.run(rt)["scored"] == 0
    assert score.run(rt, campaign_id=campaign_id)["scored"] == 1


def test_a_limit_is_a_number_of_leads(rt):
    made(rt, many=3)

    assert score.run(rt, limit=2)["scored"] == 2
    assert score.run(rt, limit=2)["scored"] == 1


@pytest.mark.parametrize(
    ("given", "state", "words"),
    [
        ({}, LeadState.QUALIFIED, "Score 50 reaches"),
        ({"email_status": EmailStatus.INVALID}, LeadState.REJECTED, "cannot receive mail"),
        ({"disposable": True}, LeadState.REJECTED, "throw-away"),
        ({"role_account": True}, LeadState.REVIEW, "shared mailbox"),
        ({"free_mail": True}, LeadState.REVIEW, "free-mail"),
        ({"title": "Plumber"}, LeadState.REVIEW, "just below"),
        (
            {"title": "Plumber", "company": {"industry": "Mining"}},
            LeadState.REJECTED,
            "is below the campaign's",
        ),
        (
            {"title": None, "company": {"industry": None, "employees": None}},
            LeadState.REVIEW,
            "Too little is known",
        ),
    ],
)
def test_each_lead_goes_where_the_rules_say_and_why(rt, given, state, words):
    _, (lead_id,) = made(rt, **given)
    score.run(rt)

    report = qualify.run(rt)

    assert report[state] == 1
    assert lead_of(rt, lead_id).state is state
    assert words in lead_of(rt, lead_id).state_reason


def test_what_is_suppressed_is_suppressed_whatever_its_score(rt):
    _, (lead_id,) = made(rt, email="anna@gone.example")
    score.run(rt)
    with transaction(rt.sessions) as session:
        client_id = session.get_one(Lead, lead_id).client_id
        session.get_one(Lead, lead_id).state = LeadState.CONVERTED  # no open lead now
        suppressions.suppress(
            session, SYSTEM, "anna@gone.example", client_id=client_id,
            reason=SuppressionReason.OPT_OUT, source="test", now=NOW,
        )  # fmt: skip
        session.get_one(Lead, lead_id).state = LeadState.SCORED

    qualify.run(rt)

    assert lead_of(rt, lead_id).state is LeadState.SUPPRESSED
    assert "opted out" in lead_of(rt, lead_id).state_reason


def test_a_person_with_an_open_lead_elsewhere_is_not_written_to_twice(rt):
    with transaction(rt.sessions) as session:
        client = make_client(session)
        first = make_campaign(session, client, name="Autumn", icp=ICP)
        second = make_campaign(session, client, icp=ICP)
        lead = person(session, first, client)
        contact = session.get_one(Contact, lead.contact_id)
        other_id = make_lead(session, second, contact, state="enriched").id
        lead_id = lead.id
    score.run(rt)

    qualify.run(rt)

    assert lead_of(rt, lead_id).state is LeadState.QUALIFIED
    assert lead_of(rt, other_id).state is LeadState.REJECTED
    assert "Autumn" in lead_of(rt, other_id).state_reason


def test_what_a_person_must_decide_is_put_up_for_review_once(rt):
    _, (lead_id,) = made(rt, role_account=True)
    score.run(rt)

    qualify.run(rt)
    qualify.run(rt)

    item = only(rt, select(ReviewItem))
    assert (item.lead_id, item.state) == (lead_id, ReviewState.WAITING)
    assert "shared mailbox" in item.why


def test_a_campaign_may_approve_by_itself_and_says_so(rt):
    _, (lead_id,) = made(rt, role_account=True, campaign={"settings": {"auto_approve_leads": True}})
    score.run(rt)

    qualify.run(rt)

    lead = lead_of(rt, lead_id)
    assert lead.state is LeadState.QUALIFIED
    assert lead.state_reason.startswith(
        "Approved by the campaign's rule 'Everything that would wait'"
    )


def test_whom_a_person_reopened_the_rules_do_not_turn_away_again(rt):
    _, (lead_id,) = made(rt, disposable=True)
    score.run(rt)
    qualify.run(rt)
    with transaction(rt.sessions) as session:
        leads.move(session, SYSTEM, lead_id, LeadState.SCORED, reason="Look again", now=NOW)

    qualify.run(rt)

    assert lead_of(rt, lead_id).state is LeadState.REVIEW
    assert "Reopened by a person" in lead_of(rt, lead_id).state_reason


def test_intent_to_buy_in_the_notes_lifts_a_tier(rt):
    _, (lead_id,) = made(rt, notes="budget approved for spring")
    score.run(rt)

    qualify.run(rt)

    assert lead_of(rt, lead_id).tier is Tier.WARM


def ready(rt, *, many=1, rules=None, team=2, with_sequence=True, **lead):
    with transaction(rt.sessions) as session:
        client = make_client(session)
        users = [make_user(session, Role.OPERATOR, [client]).id for _ in range(team)]
        campaign = make_campaign(session, client, icp=ICP, rules=rules or {})
        values = {"tier": "cool", "total": 50, "fit": 100, **lead}
        ids = [
            person(session, campaign, client, state="qualified", lead=values, country="DE").id
            for _ in range(many)
        ]
        if with_sequence:
            make_sequence(session, tier="cool", name="Library")
            make_sequence(session, client, tier="cool", name="Own")
        return campaign.id, ids, users


def test_a_lead_gets_the_sequence_of_its_tier_and_an_owner_by_turns(rt):
    _, ids, users = ready(rt, many=4)

    report = route.run(rt)

    routed = [lead_of(rt, lead_id) for lead_id in ids]
    assert report["routed"] == 4
    assert [lead.owner_id for lead in routed] == [users[0], users[1], users[0], users[1]]
    assert {lead.state for lead in routed} == {LeadState.ROUTED}
    with reading(rt.sessions) as session:
        own = session.execute(select(Lead.sequence_id).distinct()).scalars().all()
    assert len(own) == 1
    assert route.run(rt)["routed"] == 0


def test_a_rule_of_the_campaign_goes_before_the_tier(rt):
    campaign_id, (lead_id,), users = ready(rt)
    with transaction(rt.sessions) as session:
        special = make_sequence(session, tier=None).id
        campaign = session.get_one(Campaign, campaign_id)
        rule = {
            "name": "Germany",
            "conditions": [{"field": "country", "value": "DE"}],
            "sequence_id": special,
            "owner_id": users[1],
        }
        campaign.rules = {"routes": [{"sequence_id": 999_999}, rule]}

    route.run(rt)

    lead = lead_of(rt, lead_id)
    assert (lead.sequence_id, lead.owner_id) == (special, users[1])
    assert "Germany" in lead.state_reason


def test_without_a_sequence_a_lead_waits_and_the_report_says_for_what(rt):
    _, (lead_id,), _ = ready(rt, with_sequence=False, team=0)

    report = route.run(rt)

    assert (report["routed"], report["held"]) == (0, 1)
    assert report.notes == ("There is no sequence for cool leads, and no fallback.",)
    assert lead_of(rt, lead_id).state is LeadState.QUALIFIED


def test_stages_go_on_where_they_were_stopped(rt):
    _, ids = made(rt, many=5)
    score.run(rt, limit=2)

    report = score.run(rt)

    assert report["scored"] == 3
    with reading(rt.sessions) as session:
        query = select(func.count()).select_from(LeadEvent).where(LeadEvent.to_state == "scored")
        assert session.execute(query).scalar_one() == len(ids)


FIT_AND_VALID = {
    "name": "Good and verified",
    "conditions": [
        {"field": "fit", "operator": "at_least", "value": 75},
        {"field": "email_status", "operator": "is", "value": "valid"},
        {"field": "waits_for", "operator": "is_not", "value": "free_mail"},
    ],
}


def test_a_rule_of_approval_lets_pass_whom_it_names_and_keeps_a_log(rt):
    rules = {"approvals": [FIT_AND_VALID]}
    campaign_id, (role_id,) = made(rt, role_account=True, campaign={"rules": rules})
    with transaction(rt.sessions) as session:
        campaign = session.get_one(Campaign, campaign_id)
        client = session.get_one(Client, campaign.client_id)
        free_id = person(session, campaign, client, free_mail=True).id
        poor_id = person(session, campaign, client, role_account=True, title="Plumber").id
        away_id = person(session, campaign, client, disposable=True).id
    score.run(rt)

    report = qualify.run(rt)

    states = [lead_of(rt, id_).state for id_ in (role_id, free_id, poor_id, away_id)]
    assert states == [
        *(LeadState.QUALIFIED, LeadState.REVIEW, LeadState.REVIEW, LeadState.REJECTED),
    ]
    assert (report["qualified"], report["review"]) == (1, 2)
    logged = only(rt, select(AutoApproval))
    assert (logged.lead_id, logged.rule, logged.waited_for) == (
        *(role_id, "Good and verified", "role_account"),
    )
    assert logged.why in lead_of(rt, role_id).state_reason
