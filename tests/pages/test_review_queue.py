"""The review queue: a card with its evidence, and a person's word."""

from core.domain.states import LeadState, MessageState, ReviewState, Role
from db.models import Lead, Message, ReviewItem, User
from db.session import Sessions, reading, transaction
from tests.factories import (
    make_account,
    make_campaign,
    make_client,
    make_contact,
    make_lead,
    make_mailbox,
    make_message,
    make_review_item,
    make_user,
)
from tests.factories_desk import make_message_item, make_score
from tests.pages.conftest import App, seen


def lead_to_review(sessions: Sessions) -> tuple[User, int, int]:
    """(user, lead, item) of a lead that waits."""
    with transaction(sessions) as session:
        client = make_client(session)
        user = make_user(session, Role.OPERATOR, [client])
        lead = make_lead(session, make_campaign(session, client), state="review")
        make_score(session, lead)
        return user, lead.id, make_review_item(session, lead).id


def message_to_review(sessions: Sessions, state: str = "review", kind: str = "message"):
    """(user, message, item) of a mail that waits."""
    with transaction(sessions) as session:
        client = make_client(session)
        user = make_user(session, Role.OPERATOR, [client])
        lead = make_lead(session, make_campaign(session, client), state="nurtured")
        mail = make_message(session, lead, make_mailbox(session, client), MessageState(state))
        return user, mail.id, make_message_item(session, mail, kind=kind).id


def press(at, label: str):
    return next(b for b in at.button if b.label == label).click().run()


def test_a_card_shows_the_lead_its_reasons_and_what_happens_next(
    signed_in: App, sessions: Sessions
) -> None:
    user, _, _ = lead_to_review(sessions)

    at = signed_in(user, "review_queue.py")

    assert not at.exception
    said = seen(at)
    for part in ("Title matches", "The score is in the grey band.", "Approved →", "1 to decide"):
        assert part in said


def test_approving_qualifies_the_lead_and_can_be_undone(signed_in: App, sessions: Sessions) -> None:
    user, lead_id, item_id = lead_to_review(sessions)
    at = signed_in(user, "review_queue.py")

    at = press(at, "Approve")

    assert not at.exception
    with reading(sessions) as session:
        assert session.get_one(Lead, lead_id).state is LeadState.QUALIFIED
        assert session.get_one(ReviewItem, item_id).state is ReviewState.APPROVED

    at = press(at, "Undo")

    assert not at.exception
    with reading(sessions) as session:
        assert session.get_one(Lead, lead_id).state is LeadState.REVIEW
        assert session.get_one(ReviewItem, item_id).state is ReviewState.WAITING


def test_rejecting_asks_for_a_reason(signed_in: App, sessions: Sessions) -> None:
    user, lead_id, item_id = lead_to_review(sessions)
    at = press(signed_in(user, "review_queue.py"), "Reject")

    at.text_input(key=f"review.{item_id}.words").set_value("Too small for us")
    assert {b.label: b.disabled for b in at.button if b.key}["Approve"]
    [b for b in at.button if b.label == "Reject"][-1].click().run()

    assert not at.exception
    with reading(sessions) as session:
        lead = session.get_one(Lead, lead_id)
        assert (lead.state, lead.state_reason) == (LeadState.REJECTED, "Too small for us")


def test_a_mail_is_changed_before_it_is_approved(signed_in: App, sessions: Sessions) -> None:
    user, message_id, item_id = message_to_review(sessions)
    at = press(signed_in(user, "review_queue.py"), "Edit")

    at.text_area(key=f"review.{item_id}.body").set_value("Hello Anna,\n\na new text.")
    at = press(at, "Keep the changes")

    assert not at.exception
    assert "a new text." in seen(at)

    at = press(at, "Approve")

    assert not at.exception
    with reading(sessions) as session:
        mail = session.get_one(Message, message_id)
        assert (mail.state, mail.approved_hash) == (MessageState.APPROVED, mail.content_hash)
        assert "a new text." in mail.body_text


def test_an_uncertain_send_is_settled_not_approved(signed_in: App, sessions: Sessions) -> None:
    user, message_id, _ = message_to_review(sessions, "uncertain", "uncertain_send")
    at = signed_in(user, "review_queue.py", kind="uncertain_send")
    assert "Approve" not in {b.label for b in at.button}

    at = press(at, "It was not sent: send again")

    assert not at.exception
    with reading(sessions) as session:
        assert session.get_one(Message, message_id).state is MessageState.APPROVED


def test_snoozing_puts_it_off(signed_in: App, sessions: Sessions) -> None:
    user, _, item_id = lead_to_review(sessions)
    at = press(signed_in(user, "review_queue.py"), "Snooze")

    at = [b for b in at.button if b.label == "Snooze"][-1].click().run()

    assert not at.exception

    with reading(sessions) as session:
        assert session.get_one(ReviewItem, item_id).state is ReviewState.SNOOZED


def test_the_queue_as_a_list_has_a_filter(signed_in: App, sessions: Sessions) -> None:
    user, _, _ = lead_to_review(sessions)

    at = signed_in(user, "review_queue.py", **{"as": "list"})

    assert not at.exception
    assert "1 of" in seen(at) or "1 waiting" in seen(at)


def test_an_empty_queue_says_so(signed_in: App, sessions: Sessions) -> None:
    with transaction(sessions) as session:
        user = make_user(session, Role.OPERATOR, [make_client(session)])

    assert "Nothing waits for review." in seen(signed_in(user, "review_queue.py"))


def test_a_stranger_sees_nothing_of_another_clients_queue(
    signed_in: App, sessions: Sessions
) -> None:
    _, _, item_id = lead_to_review(sessions)
    with transaction(sessions) as session:
        stranger = make_user(session, Role.OPERATOR, [make_client(session)])

    at = signed_in(stranger, "review_queue.py", item=str(item_id), last=str(item_id))

    assert not at.exception
    assert "Anna" not in seen(at)


def test_a_viewer_may_not_decide(signed_in: App, sessions: Sessions) -> None:
    with transaction(sessions) as session:
        user = make_user(session, Role.VIEWER, [make_client(session)])

    assert "Your role does not include this page" in seen(signed_in(user, "review_queue.py"))


def test_another_tab_never_shows_what_was_taken_back(signed_in: App, sessions: Sessions) -> None:
    with transaction(sessions) as session:
        client = make_client(session)
        user = make_user(session, Role.OPERATOR, [client])
        lead = make_lead(session, make_campaign(session, client), state="review")
        item = make_review_item(session, lead).id
        other = make_lead(session, make_campaign(session, client), state="nurtured")
        mail = make_message(session, other, make_mailbox(session, client), MessageState.REVIEW)
        mail_item = make_message_item(session, mail).id
    at = press(press(signed_in(user, "review_queue.py", kind="lead"), "Approve"), "Undo")
    assert f"review.{item}.approve" in {b.key for b in at.button}

    at.segmented_control(key="filter.kind").set_value("message").run()

    assert not at.exception
    keys = {b.key for b in at.button}
    assert f"review.{mail_item}.approve" in keys
    assert f"review.{item}.approve" not in keys
    assert not {"item", "after"} & set(at.query_params)


def test_an_item_is_not_shown_under_a_tab_of_another_kind(
    signed_in: App, sessions: Sessions
) -> None:
    user, _, item_id = lead_to_review(sessions)

    wrong = signed_in(user, "review_queue.py", kind="deliverable", item=str(item_id))

    assert not wrong.exception
    assert "Approve" not in {b.label for b in wrong.button}


def test_a_link_to_one_item_opens_its_tab(signed_in: App, sessions: Sessions) -> None:
    user, _, item_id = message_to_review(sessions)

    at = signed_in(user, "review_queue.py", item=str(item_id))

    assert not at.exception
    assert f"review.{item_id}.approve" in {b.key for b in at.button}


def test_a_lead_of_a_finished_campaign_is_not_promised_mail(
    signed_in: App, sessions: Sessions
) -> None:
    with transaction(sessions) as session:
        client = make_client(session)
        user = make_user(session, Role.OPERATOR, [client])
        campaign = make_campaign(session, client, state="finished")
        make_review_item(session, make_lead(session, campaign, state="review"))

    said = seen(signed_in(user, "review_queue.py"))

    assert "The campaign is finished: nothing will be sent." in said
    assert "first e-mail is written" not in said


def three_to_review(sessions: Sessions) -> tuple[User, list[int]]:
    """(user, leads) of three leads that wait, one of them with a high score."""
    with transaction(sessions) as session:
        client = make_client(session)
        user = make_user(session, Role.OPERATOR, [client])
        campaign = make_campaign(session, client)
        leads = [
            make_lead(session, campaign, state="review", total=total) for total in (30, 30, 80)
        ]
        for lead in leads:
            make_review_item(session, lead)
        return user, [lead.id for lead in leads]


def states(sessions: Sessions, lead_ids: list[int]) -> list[LeadState]:
    with reading(sessions) as session:
        return [session.get_one(Lead, lead_id).state for lead_id in lead_ids]


def test_all_that_a_filter_finds_are_rejected_with_a_reason(
    signed_in: App, sessions: Sessions
) -> None:
    user, leads = three_to_review(sessions)
    at = signed_in(user, "review_queue.py", **{"as": "list", "score": "25-49"})
    at = at.toggle(key="review.bulk.all").set_value(True).run()

    at = press(at, "Yes, reject all 2")

    assert "Say why" in seen(at)

    at.text_input(key="review.bulk.words").set_value("Too small for us")
    at = press(at, "Yes, reject all 2")

    assert not at.exception
    assert states(sessions, leads) == [LeadState.REJECTED, LeadState.REJECTED, LeadState.REVIEW]


def test_all_are_approved_after_a_second_look(signed_in: App, sessions: Sessions) -> None:
    user, leads = three_to_review(sessions)

    at = signed_in(user, "review_queue.py", **{"as": "list"})
    at = press(at.toggle(key="review.bulk.all").set_value(True).run(), "Yes, approve all 3")

    assert not at.exception
    assert set(states(sessions, leads)) == {LeadState.QUALIFIED}


def test_nothing_is_meant_until_something_is_ticked_or_all_are_chosen(
    signed_in: App, sessions: Sessions
) -> None:
    user, _ = three_to_review(sessions)

    at = signed_in(user, "review_queue.py", **{"as": "list"})

    offered = {b.label: b.disabled for b in at.button if "review.bulk" in str(b.key)}
    assert offered == {"Approve": True, "Reject": True, "Snooze": True}
    assert at.toggle(key="review.bulk.all").label == "All 3 that match"


def test_all_are_put_off(signed_in: App, sessions: Sessions) -> None:
    user, leads = three_to_review(sessions)

    at = signed_in(user, "review_queue.py", **{"as": "list"})
    at = press(at.toggle(key="review.bulk.all").set_value(True).run(), "Snooze all 3")

    assert not at.exception
    assert "3 of 3 put off." in seen(at)
    assert set(states(sessions, leads)) == {LeadState.REVIEW}


def test_the_evidence_shows_who_converted_and_who_has_the_same_name(
    signed_in: App, sessions: Sessions
) -> None:
    with transaction(sessions) as session:
        client = make_client(session)
        user = make_user(session, Role.OPERATOR, [client])
        campaign = make_campaign(session, client)
        for state, name in (("review", "Twice"), ("converted", "Won"), ("rejected", "Twice")):
            account = make_account(session, client, industry="Software", employees=90)
            contact = make_contact(session, client, account, last_name=name)
            lead = make_lead(session, campaign, contact, state=state)
            if state == "review":
                make_review_item(session, lead)
        make_contact(session, client, None, last_name="Twice")

    at = signed_in(user, "review_queue.py")

    assert not at.exception
    assert "Similar leads that converted" in seen(at)
    assert "Same title VP Marketing, industry Software" in seen(at)
    assert "Same name" in seen(at)
