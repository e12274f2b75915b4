"""What waits for a person: counts, order, cards."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from core.domain.access import SYSTEM
from core.domain.states import ReviewKind
from core.queries import approvals, review, similar
from core.queries.paging import Page
from core.queries.review import ReviewRow
from core.queries.review_streams import Wanted
from db.models import Client, Lead
from db.session import Sessions, reading, transaction
from tests.factories import (
    NOW,
    make_account,
    make_campaign,
    make_client,
    make_contact,
    make_lead,
    make_mailbox,
    make_message,
    make_review_item,
    make_thread,
    viewer_of,
)
from tests.factories_desk import (
    make_auto_approval,
    make_deliverable,
    make_draft,
    make_message_item,
    make_reply,
    make_score,
)
from tests.queries.plans import plans, sorts, whole_reads


def test_the_queue_counts_what_waits_by_kind_and_knows_the_oldest(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        lead = make_lead(session)
        make_review_item(session, lead, created_at=NOW - timedelta(hours=2))
        make_review_item(session, lead)
        make_review_item(session, lead, state="approved")
        make_review_item(session, lead, state="snoozed", snoozed_until=NOW + timedelta(hours=1))
        make_review_item(session, lead, state="snoozed", snoozed_until=NOW - timedelta(hours=1))

    with reading(sessions) as session:
        queue = review.queue(session, SYSTEM, kind=ReviewKind.LEAD, now=NOW)

    assert queue.counts[ReviewKind.LEAD].number == 3
    assert queue.counts[ReviewKind.MESSAGE].number == 0
    assert (queue.total, queue.oldest) == (3, NOW - timedelta(hours=2))


def test_the_oldest_is_decided_first_and_next_goes_round(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        lead = make_lead(session)
        first, second = (make_review_item(session, lead).id for _ in range(2))

    with reading(sessions) as session:
        cards = [
            review.card(session, SYSTEM, kind=ReviewKind.LEAD, after=after, now=NOW)
            for after in (None, first, second)
        ]

    assert [card.row.item_id for card in cards if card] == [first, second, first]


def test_what_a_finished_campaign_holds_comes_last(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        over = make_lead(session, make_campaign(session, state="finished"))
        live = make_lead(session, make_campaign(session, session.get_one(Client, over.client_id)))
        dead = [make_review_item(session, over).id for _ in range(2)]
        made = [make_review_item(session, live).id for _ in range(2)]
        order = [*made, *dead]

    def listed(session: Session, cursor: str | None = None) -> Page[ReviewRow]:
        return review.waiting(session, SYSTEM, now=NOW, cursor=cursor, size=3)

    with reading(sessions) as session:
        cards = [review.card(session, SYSTEM, after=one, now=NOW) for one in (None, *order)]
        first = listed(session)
        second = listed(session, first.next)
        before = listed(session, second.prev)
        pages = (first, second, before, listed(session, before.prev))

    assert [card.row.item_id for card in cards if card] == [*order, order[0]]
    assert [[row.item_id for row in page.rows] for page in pages] == [
        order[:3], order[3:], order[2:3], order[:2],
    ]  # fmt: skip


def test_a_lead_card_brings_its_evidence(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        lead = make_lead(session, state="review")
        make_score(session, lead)
        item_id = make_review_item(session, lead).id

    with reading(sessions) as session:
        card = review.card(session, SYSTEM, item_id=item_id, now=NOW)

    assert card is not None
    assert card.lead is not None
    assert card.row.total == 61
    assert card.lead.reasons[0].sentence == "Title matches"
    assert card.mail is card.paper is None


def test_a_draft_card_shows_what_it_answers(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        lead = make_lead(session)
        thread = make_thread(session, make_mailbox(session, session.get_one(Client, 1)), lead)
        make_reply(session, thread, "What does it cost?")
        make_draft(session, thread, "It depends.")

    with reading(sessions) as session:
        card = review.card(session, SYSTEM, kind=ReviewKind.REPLY_DRAFT, now=NOW)

    assert card is not None
    assert card.mail is not None
    assert (card.mail.body_text, card.mail.answers) == ("It depends.", "What does it cost?")


def test_a_message_and_a_deliverable_are_told_in_the_list(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        lead = make_lead(session)
        box = make_mailbox(session, session.get_one(Client, lead.client_id))
        make_message_item(session, make_message(session, lead, box, state="review"))
        paper = make_deliverable(session, lead.client_id)
        make_review_item(
            session, lead, lead_id=None, campaign_id=None, kind="deliverable",
            deliverable_id=paper.id, subject=f"deliverable:{paper.id}",
        )  # fmt: skip

    with reading(sessions) as session:
        rows = review.waiting(session, SYSTEM, now=NOW).rows
        of_campaign = review.waiting(
            session, SYSTEM, wanted=Wanted(campaign_id=lead.campaign_id), now=NOW
        ).rows
        card = review.card(session, SYSTEM, kind=ReviewKind.DELIVERABLE, now=NOW)

    assert [(row.kind, row.detail or row.title) for row in rows] == [
        (ReviewKind.MESSAGE, "Hello"), (ReviewKind.DELIVERABLE, "February report"),
    ]  # fmt: skip
    assert len(of_campaign) == 1
    assert card is not None
    assert card.paper is not None


def test_a_stranger_finds_an_empty_queue(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        item_id = make_review_item(session, make_lead(session)).id
        stranger = viewer_of(make_client(session))

        assert review.card(session, stranger, item_id=item_id, now=NOW) is None
        assert review.card(session, stranger, now=NOW) is None
        assert review.queue(session, stranger, now=NOW).total == 0


@pytest.mark.sqlite
def test_the_queue_is_read_by_its_index(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        make_review_item(session, make_lead(session))

        listed = plans(
            session, lambda: review.waiting(session, SYSTEM, kind=ReviewKind.LEAD, now=NOW)
        )
        counted = plans(session, lambda: review.queue(session, SYSTEM, now=NOW))

    assert whole_reads(listed + counted) == []
    assert sorts(listed) == []


@pytest.mark.sqlite
def test_the_evidence_and_the_log_are_found_by_their_indexes(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        lead = make_lead(session)
        make_auto_approval(session, lead)

        asked = [
            plans(session, lambda: similar.converted(session, SYSTEM, lead.id)),
            plans(session, lambda: similar.namesakes(session, SYSTEM, lead.id)),
            plans(session, lambda: approvals.log(session, SYSTEM, lead.campaign_id)),
        ]

    assert [line for found in asked for line in whole_reads(found)] == []
    assert sorts(asked[0] + asked[2]) == []
    assert not any(line.startswith("SCAN auto_approvals") for _, line in asked[2])


def test_an_item_of_another_kind_is_no_card(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        item_id = make_review_item(session, make_lead(session)).id

    with reading(sessions) as session:
        wrong, right = (
            review.card(session, SYSTEM, kind=kind, item_id=item_id, now=NOW)
            for kind in (ReviewKind.DELIVERABLE, ReviewKind.LEAD)
        )

    assert wrong is None
    assert right is not None


def test_a_filter_finds_by_score_and_words_and_gives_what_a_decision_needs(
    sessions: Sessions,
) -> None:
    with transaction(sessions) as session:
        client = make_client(session)
        campaign = make_campaign(session, client)
        items = [
            make_review_item(
                session, make_lead(session, campaign, state="review", total=total), why=why
            ).id
            for total, why in ((80, "Shared mailbox."), (40, "Free-mail."), (None, "Too little."))
        ]

    def found(**given) -> list[int]:
        with reading(sessions) as session:
            wanted = Wanted(campaign_id=campaign.id, **given)
            listed = review.waiting(
                session, SYSTEM, kind=ReviewKind.LEAD, wanted=wanted, now=NOW
            ).rows
            meant = review.matching(session, SYSTEM, kind=ReviewKind.LEAD, wanted=wanted, now=NOW)
        assert meant == tuple((row.item_id, row.version) for row in listed)
        return [items.index(row.item_id) for row in listed]

    assert found() == [0, 1, 2]
    assert found(least=50) == [0]
    assert found(least=25, most=49) == [1]
    assert found(words="free-M") == [1]
    assert found(words="anna", least=0) == [0, 1]
    assert found(words="nobody") == []


def test_a_card_shows_converted_leads_that_are_alike_and_namesakes(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        client = make_client(session)
        campaign = make_campaign(session, client)

        def person(state: str, employees: int = 100, **given) -> int:
            account = make_account(
                session, client, industry="Software", country="DE", employees=employees
            )
            contact = make_contact(session, client, account, **given)
            return make_lead(session, campaign, contact, state=state).id

        lead_id = person("review", last_name="Twice", seniority="vp")
        like = person("converted", seniority="vp", title="Vice President of Marketing")
        person("converted", seniority="vp", title="VP Finance", employees=9_000)
        make_lead(session, make_campaign(session), state="converted")
        again = person("rejected", last_name="Twice")
        make_contact(session, client, None, last_name="Twice")
        item_id = make_review_item(session, session.get_one(Lead, lead_id)).id

    with reading(sessions) as session:
        card = review.card(session, SYSTEM, item_id=item_id, now=NOW)

    assert card is not None
    assert card.alike[0].lead_id == like
    assert card.alike[0].shared == (
        *("title Vice President of Marketing", "seniority VP", "industry Software", "country DE"),
        "about as large (100 people)",
    )
    assert [len(card.alike), card.alike[1].shared] == [
        2, ("seniority VP", "industry Software", "country DE"),
    ]  # fmt: skip
    assert [one.lead_id for one in card.namesakes] == [again, None]


def test_who_has_no_name_has_no_namesakes(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        client = make_client(session)
        campaign = make_campaign(session, client)
        contacts = [
            make_contact(session, client, None, first_name=None, last_name=None) for _ in range(2)
        ]
        lead = make_lead(session, campaign, contacts[0], state="review")

        assert similar.namesakes(session, SYSTEM, lead.id) == ()
        assert similar.converted(session, SYSTEM, lead.id) == ()
        assert similar.namesakes(session, SYSTEM, 10**6) == ()
