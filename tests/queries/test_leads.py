"""The list of leads: what it shows, what it hides, and what it costs."""

from datetime import timedelta

import pytest

from core.domain.access import SYSTEM
from core.domain.states import LeadState, Tier
from core.queries import leads
from core.queries.leads import LeadFilter, LeadSort
from db.models import Lead, LeadScore
from db.session import Sessions, reading, transaction
from tests.factories import (
    NOW,
    make_account,
    make_campaign,
    make_client,
    make_contact,
    make_lead,
    make_user,
    viewer_of,
)
from tests.queries.plans import plans, sorts, whole_reads


def shown(sessions: Sessions, viewer=SYSTEM, **wanted: object) -> list[int]:
    with reading(sessions) as session:
        page = leads.page(session, viewer, LeadFilter(**wanted))
    assert page.total is not None
    assert page.total.number == len(page.rows)
    return [row.lead_id for row in page.rows]


def test_a_row_tells_who_where_and_why_in_words(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        client = make_client(session, name="Northwind")
        owner = make_user(session, clients=[client], name="Olga")
        account = make_account(session, client, name="Lumen Robotics")
        contact = make_contact(session, client, account, first_name="Maren", last_name="Vogt")
        campaign = make_campaign(session, client, name="Spring")
        lead = make_lead(session, campaign, contact, total=61, tier="warm", owner_id=owner.id)
        session.add(
            LeadScore(
                lead_id=lead.id, client_id=client.id, rules_version=1, fit=70, opportunity=40,
                engagement=10, total=61, confidence=80, tier=Tier.WARM, at=NOW,
                reasons=[
                    {"axis": "fit", "points": 5, "sentence": "Industry is in the ICP"},
                    {"axis": "fit", "points": 18, "sentence": "Title matches"},
                ],
            )
        )  # fmt: skip

    with reading(sessions) as session:
        (row,) = leads.page(session, SYSTEM, LeadFilter()).rows

    assert (row.name, row.company, row.campaign, row.client) == (
        "Maren Vogt", "Lumen Robotics", "Spring", "Northwind",
    )  # fmt: skip
    assert (row.owner, row.tier, row.total, row.reason) == ("Olga", Tier.WARM, 61, "Title matches")


def test_each_filter_narrows_the_list(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        client = make_client(session)
        owner = make_user(session, clients=[client])
        one, two = make_campaign(session, client), make_campaign(session, client)
        contact = make_contact(session, client, email="Zoe@zeta.example", last_name="Åkesson")
        a = make_lead(session, one, contact, state="review", total=80, tier="hot").id
        b = make_lead(session, one, state="scored", total=40, owner_id=owner.id).id
        later = NOW + timedelta(days=3)
        c = make_lead(session, two, source="hubspot", created_at=later, updated_at=later).id

    def ids(**wanted: object) -> set[int]:
        return set(shown(sessions, **wanted))

    assert ids(campaign_id=one.id) == {a, b}
    assert ids(campaign_id=two.id, sort=LeadSort.UPDATED) == {c}
    assert ids(states=(LeadState.REVIEW, LeadState.SCORED)) == {a, b}
    assert ids(states=(LeadState.REVIEW,), sort=LeadSort.SCORE) == {a}
    assert ids(tiers=(Tier.HOT,)) == {a}
    assert ids(score_from=30, score_to=50) == {b}
    assert ids(score_from=30, sort=LeadSort.SCORE) == {a, b}
    assert ids(source="hubspot") == {c}
    assert ids(owner_id=owner.id) == {b}
    assert ids(owner_id=0) == {a, c}
    assert ids(since=NOW + timedelta(days=1)) == {c}
    assert ids(until=NOW + timedelta(days=1)) == {a, b}
    assert ids(batch_id=7) == set()
    assert ids(text="zoe@") == {a}
    assert ids(text="ZETA.ex") == {a}
    assert ids(text="zoe@", states=(LeadState.SCORED,)) == set()
    assert ids(text="nobody") == set()


def test_the_list_is_sorted_as_asked(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        campaign = make_campaign(session)
        a = make_lead(session, campaign, total=10, updated_at=NOW + timedelta(hours=2)).id
        b = make_lead(session, campaign, total=90).id
        c = make_lead(session, campaign, updated_at=NOW + timedelta(hours=1)).id

    assert shown(sessions) == [c, b, a]
    assert shown(sessions, sort=LeadSort.SCORE) == [b, a, c]
    assert shown(sessions, sort=LeadSort.UPDATED) == [a, c, b]


def test_a_name_is_found_by_the_beginning_of_the_last_name(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        client = make_client(session)
        contact = make_contact(session, client, first_name="Maren", last_name="Vogt")
        lead = make_lead(session, make_campaign(session, client), contact).id

    assert shown(sessions, text="vog") == [lead]
    assert shown(sessions, text="Vogt Mar") == [lead]


def test_a_stranger_sees_no_lead_whatever_is_asked(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        lead = make_lead(session)
        stranger = viewer_of(make_client(session))
        email_domain = "c"

    assert shown(sessions, stranger) == []
    assert shown(sessions, stranger, campaign_id=lead.campaign_id) == []
    assert shown(sessions, stranger, text=email_domain) == []


def test_sources_are_those_of_the_viewers_leads(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        client = make_client(session)
        make_lead(session, make_campaign(session, client), source="apollo")
        make_lead(session, source="other")

        mine = leads.sources(session, viewer_of(client))

    assert mine == ("apollo",)


FILTERS = [
    LeadFilter(),
    LeadFilter(sort=LeadSort.SCORE),
    LeadFilter(sort=LeadSort.UPDATED),
    LeadFilter(states=(LeadState.REVIEW, LeadState.SCORED)),
    LeadFilter(campaign_id=1),
    LeadFilter(campaign_id=1, states=(LeadState.REVIEW,)),
    LeadFilter(campaign_id=1, sort=LeadSort.SCORE, score_from=50),
]


@pytest.mark.sqlite
@pytest.mark.parametrize("wanted", FILTERS, ids=str)
def test_a_usual_list_is_an_index_walk_without_a_sort(
    sessions: Sessions, wanted: LeadFilter
) -> None:
    with transaction(sessions) as session:
        campaign = make_campaign(session)
        for _ in range(3):
            make_lead(session, campaign, state="review", total=60)
        cursor = leads.page(session, SYSTEM, wanted, size=1).next
        assert cursor

        found = plans(session, lambda: leads.page(session, SYSTEM, wanted, cursor=cursor, size=1))

    assert found
    assert whole_reads(found) == []
    assert sorts(found) == []


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "wanted", [LeadFilter(text="anna"), LeadFilter(tiers=(Tier.HOT,), sort=LeadSort.SCORE)], ids=str
)
def test_a_rarer_list_reads_no_table_whole(sessions: Sessions, wanted: LeadFilter) -> None:
    with transaction(sessions) as session:
        assert session.get_one(Lead, make_lead(session, tier="hot").id)

        found = plans(session, lambda: leads.page(session, SYSTEM, wanted))

    assert whole_reads(found) == []
