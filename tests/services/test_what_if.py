"""How the present leads would move under other rules, before they are saved."""

import pytest
from sqlalchemy import event, select

from core.domain.states import Tier
from core.errors import Invalid, NotFound
from core.services import what_if
from core.services.what_if import Passing
from db.models import Campaign, Client
from db.session import reading, transaction
from tests.factories import (
    NOW,
    make_account,
    make_campaign,
    make_client,
    make_contact,
    make_lead,
    viewer_of,
)
from tests.factories_desk import make_signal
from tests.queries.plans import plans, whole_reads

ICP = {"titles": ["VP Marketing"], "industries": ["Software"]}
SAAS, MINES = {"industry": "Software"}, {"industry": "Mining"}
WARM_FROM_40 = {"tier": {"warm": 40, "cool": 20}}


def world(sessions, *companies, state="scored", **given):
    """(campaign, viewer) with one VP Marketing a company."""
    with transaction(sessions) as session:
        client = make_client(session)
        campaign = make_campaign(session, client, icp=ICP, **given)
        for company in companies:
            contact = make_contact(session, client, make_account(session, client, **company))
            make_lead(session, campaign, contact, state=state)
        return campaign.id, viewer_of(client)


def asked(sessions, world_, icp=ICP, rules=None, **given):
    campaign_id, viewer = world_
    with reading(sessions) as session:
        return what_if.preview(
            session, viewer, campaign_id, icp_document=icp, rules_document=rules or {}, now=NOW,
            **given,
        )  # fmt: skip


def test_the_same_rules_move_nobody(sessions):
    found = asked(sessions, world(sessions, SAAS, MINES))

    assert (found.moved, found.looked_at, found.of, found.examples) == (0, 2, 2, ())
    assert found.same
    assert found.counts == {(Tier.COOL, Tier.COOL): 1, (Tier.COLD, Tier.COLD): 1}
    assert found.before == found.after == Passing(1, 1, 0)


def test_another_audience_moves_leads_and_says_which_reason_changed(sessions):
    found = asked(sessions, world(sessions, SAAS, MINES), {**ICP, "industries": ["Mining"]})

    assert not found.same
    moves = {(one.was, one.now): one for one in found.examples}
    assert found.moved == 2
    down = moves[Tier.COOL, Tier.COLD]
    assert (down.total_was, down.total_now) == (50, 25)
    assert down.name.startswith("Anna")
    assert down.why == (
        "Industry 'Software': 0 of 20. The campaign looks for others. Before: 20 of 20."
    )
    assert "matches Mining: +20 of 20. Before: 0 of 20." in moves[Tier.COLD, Tier.COOL].why


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"titles": ["VP Marketing"]}, "No longer asked: industry."),
        (
            {"titles": ["VP Marketing"], "exclude": {"industries": ["Mining"]}},
            "The industry 'Mining' is excluded: never a fit.",
        ),
        ({**ICP, "countries": ["DE"], "weights": {"country": 100}}, "Country FR: 0 of 100."),
        ({**ICP, "weights": {"industry": 0}}, "No longer asked: industry."),
    ],
)
def test_what_changed_most_is_told(sessions, document, words):
    place = world(sessions, {**MINES, "country": "FR"}, rules={"tier": {"warm": 60, "cool": 24}})

    found = asked(sessions, place, document, {"tier": {"warm": 45, "cool": 30}})

    told = [one.why for one in found.examples] or ["nobody moved"]
    assert words in told[0]


def test_who_is_no_longer_excluded_is_told_so(sessions):
    place = world(sessions, SAAS)
    with transaction(sessions) as session:
        session.get_one(Campaign, place[0]).icp = {**ICP, "exclude": {"titles": ["vice president"]}}

    found = asked(sessions, place)

    assert [one.why for one in found.examples] == ["No longer excluded."]


def test_another_rule_of_tiers_moves_leads_by_their_total(sessions):
    place = world(sessions, SAAS)

    found = asked(sessions, place, rules={**WARM_FROM_40, "threshold": 60, "grey": 5})

    assert found.counts == {(Tier.COOL, Tier.WARM): 1}
    assert found.examples[0].why == "Total 50, was 50: the rule of tiers is another one."
    assert (found.before, found.after) == (Passing(1, 0, 0), Passing(0, 0, 1))


def test_signals_count_on_both_sides(sessions):
    place = world(sessions, SAAS)
    with transaction(sessions) as session:
        client = session.execute(select(Client)).scalar_one()
        account = make_account(session, client, industry="Software")
        contact = make_contact(session, client, account)
        make_lead(session, session.get_one(Campaign, place[0]), contact, state="enriched")
        make_signal(session, account, kind="budget", confidence=1.0, half_life_days=30)

    found = asked(sessions, place, rules={"tier": {"warm": 56, "cool": 20}})

    assert found.counts == {(Tier.WARM, Tier.WARM): 1, (Tier.COOL, Tier.COOL): 1}


def test_a_long_list_is_looked_at_in_slices_from_end_to_end(sessions):
    place = world(sessions, *([SAAS] * 30), *([MINES] * 30))

    found = asked(sessions, place, {**ICP, "industries": ["Mining"]}, sample=20)

    assert (found.looked_at, found.of) == (20, 60)
    assert found.counts == {(Tier.COOL, Tier.COLD): 10, (Tier.COLD, Tier.COOL): 10}
    assert len(found.examples) == 20


def test_leads_that_are_out_of_the_race_are_not_looked_at(sessions):
    assert asked(sessions, world(sessions, SAAS, state="rejected")).looked_at == 0
    assert asked(sessions, world(sessions)).of == 0


def test_nothing_is_written_and_nothing_locked(sessions):
    place = world(sessions, SAAS, MINES)
    said = []
    engine = sessions.kw["bind"]
    event.listen(engine, "before_cursor_execute", lambda *given: said.append(given[2]))

    asked(sessions, place, {"titles": ["Plumber"]})

    assert said
    words = " ".join(said).upper()
    assert not any(word in words for word in ("INSERT", "UPDATE", "DELETE"))


def test_rules_that_contradict_are_refused_with_a_sentence(sessions):
    place = world(sessions)

    with pytest.raises(Invalid, match="more than the most"):
        asked(sessions, place, {"employees": {"min": 500, "max": 50}})
    with pytest.raises(Invalid, match="hot must begin above warm"):
        asked(sessions, place, rules={"tier": {"hot": 10}})


def test_a_stranger_learns_nothing(sessions):
    campaign_id, _ = world(sessions, SAAS)
    with transaction(sessions) as session:
        stranger = viewer_of(make_client(session))

    with pytest.raises(NotFound):
        asked(sessions, (campaign_id, stranger))


@pytest.mark.sqlite
def test_the_leads_are_read_by_an_index(sessions):
    campaign_id, viewer = world(sessions, *([SAAS] * 3))

    with transaction(sessions) as session:
        found = plans(
            session,
            lambda: what_if.preview(
                session, viewer, campaign_id, icp_document=ICP, rules_document={}, now=NOW, sample=2
            ),
        )

    assert whole_reads(found) == []


@pytest.mark.parametrize(
    ("moved", "looked_at", "of", "many"),
    [
        *((0, 0, 0, False), (4, 4, 4, False), (5, 25, 25, True), (5, 26, 26, False)),
        *((49, 900, 900, False), (50, 900, 900, True), (10, 2000, 10_000, True)),
    ],
)
def test_many_are_fifty_or_a_fifth(moved, looked_at, of, many):
    counts = {(Tier.COOL, Tier.WARM): moved, (Tier.COLD, Tier.COLD): looked_at - moved}
    told = what_if.WhatIf(counts, (), Passing(), Passing(), looked_at, of, same=False)

    assert told.many is many
