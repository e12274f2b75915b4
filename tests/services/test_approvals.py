"""A decision on a lead is taken back until the person was written to, whoever made it."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain.states import LeadState, MessageState, ReviewState, Role
from core.errors import IllegalMove, Invalid, NotFound
from core.pipeline import nurture, route
from core.queries import approvals as log
from core.services import approval_trial, approvals, leads, review
from db.models import (
    AuditEntry,
    AutoApproval,
    Campaign,
    Client,
    Enrolment,
    Lead,
    Message,
    ReviewItem,
)
from db.session import reading, transaction
from tests.factories import (
    NOW,
    make_campaign,
    make_client,
    make_contact,
    make_lead,
    make_mailbox,
    make_sequence,
    make_user,
    viewer_of,
)
from tests.factories_desk import make_auto_approval
from tests.queries.plans import plans, whole_reads

SETTINGS = {"approve": "all", "timezone": "UTC"}


def desk(session: Session):
    """(lead of a campaign that can write, viewer who may decide)."""
    client = make_client(session)
    make_mailbox(session, client)
    make_sequence(session, client, tier="cool")
    campaign = make_campaign(session, client, settings=SETTINGS)
    lead = make_lead(session, campaign, state="qualified", tier="cool", total=50)
    return lead, viewer_of(client, user=make_user(session, Role.OPERATOR, [client]))


def state_of(rt, lead_id: int) -> LeadState:
    with reading(rt.sessions) as session:
        return session.get_one(Lead, lead_id).state


def messages_of(rt, lead_id: int) -> list[MessageState]:
    with reading(rt.sessions) as session:
        query = select(Message.state).where(Message.lead_id == lead_id).order_by(Message.id)
        return list(session.execute(query).scalars())


def test_what_a_rule_let_pass_waits_again_and_may_begin_anew(rt):
    with transaction(rt.sessions) as session:
        lead, viewer = desk(session)
        lead_id, approval_id = lead.id, make_auto_approval(session, lead).id
    route.run(rt)
    nurture.run(rt)
    assert state_of(rt, lead_id) is LeadState.NURTURED

    with transaction(rt.sessions) as session:
        undone = approvals.undo(session, viewer, approval_id, now=NOW)
        assert (undone.undone_at, undone.undone_by_id) == (NOW, viewer.user_id)

    assert state_of(rt, lead_id) is LeadState.REVIEW
    assert messages_of(rt, lead_id) == [MessageState.CANCELLED]
    with transaction(rt.sessions) as session:
        items = session.execute(select(ReviewItem).where(ReviewItem.lead_id == lead_id)).scalars()
        item = next(item for item in items if item.state is ReviewState.WAITING)
        assert session.execute(select(Enrolment)).first() is None
        assert "The rule 'Good and verified' had let it pass" in item.why
        assert session.execute(
            select(AuditEntry).where(AuditEntry.action == "automatic approval undone")
        ).first()
        review.approve(session, viewer, item.id, version=item.version, now=NOW)

    route.run(rt)
    nurture.run(rt)

    assert state_of(rt, lead_id) is LeadState.NURTURED
    assert messages_of(rt, lead_id) == [MessageState.CANCELLED, MessageState.REVIEW]


def test_who_was_written_to_cannot_be_taken_back(rt):
    with transaction(rt.sessions) as session:
        lead, viewer = desk(session)
        lead_id, approval_id = lead.id, make_auto_approval(session, lead).id
    route.run(rt)
    nurture.run(rt)
    with transaction(rt.sessions) as session:
        session.execute(select(Message)).scalar_one().state = MessageState.SENT

    with (
        pytest.raises(IllegalMove, match="written to already"),
        transaction(rt.sessions) as session,
    ):
        approvals.undo(session, viewer, approval_id, now=NOW)

    assert state_of(rt, lead_id) is LeadState.NURTURED
    with transaction(rt.sessions) as session:
        assert session.get_one(AutoApproval, approval_id).undone_at is None
        assert approvals.undo_many(session, viewer, [approval_id], now=NOW).left


def test_a_rule_is_undone_once_and_by_nobody_else(rt):
    with transaction(rt.sessions) as session:
        lead, viewer = desk(session)
        approval_id = make_auto_approval(session, lead).id
        stranger = viewer_of(make_client(session))

        with pytest.raises(NotFound):
            approvals.undo(session, stranger, approval_id, now=NOW)
        decided = approvals.undo_many(session, viewer, [approval_id], now=NOW)
        with pytest.raises(Invalid, match="already"):
            approvals.undo(session, viewer, approval_id, now=NOW)
        with pytest.raises(Invalid, match="At most"):
            approvals.undo_many(session, viewer, range(1000), now=NOW)

        assert decided.done == 1


def test_the_log_says_which_rule_which_lead_and_when(rt):
    with transaction(rt.sessions) as session:
        lead, viewer = desk(session)
        for _ in range(3):
            make_auto_approval(session, lead)
        campaign_id = lead.campaign_id

    with reading(rt.sessions) as session:
        page = log.log(session, viewer, campaign_id, size=2)
        rest = log.log(session, viewer, campaign_id, size=2, cursor=page.next)

    assert [len(page.rows), len(rest.rows)] == [2, 1]
    first = page.rows[0]
    assert (first.rule, first.at, first.state) == ("Good and verified", NOW, LeadState.QUALIFIED)
    assert first.name.startswith("Anna")


def test_a_lead_that_converted_does_not_go_back_to_review(rt):
    with transaction(rt.sessions) as session:
        lead, viewer = desk(session)
        lead.state = LeadState.CONVERTED
        session.flush()

        with pytest.raises(IllegalMove, match="cannot go back to review"):
            leads.take_back(session, viewer, lead.id, reason="Undone", now=NOW)


def in_review(session: Session, *, total: int = 50, fit: int = 80, state="review", **contact):
    """Leads of one campaign that wait: a shared mailbox each, unless said otherwise."""
    campaign = session.scalars(select(Campaign)).first() or make_campaign(session)
    client = session.get_one(Client, campaign.client_id)
    person = make_contact(session, client, **({"role_account": True} | contact))
    scores = {"fit": fit, "total": total, "tier": "cool", "confidence": 90}
    return make_lead(session, campaign, person, state=state, **scores)


def tried(session: Session, *conditions: tuple, every: bool = True, **given):
    campaign = session.scalars(select(Campaign)).one()
    names = ("field", "operator", "value")
    asked = [dict(zip(names, one, strict=True)) for one in conditions]
    document = {"name": "Good", "every": every, "conditions": asked}
    client = session.get_one(Client, campaign.client_id)
    return approval_trial.preview(session, viewer_of(client), campaign.id, document, **given)


def test_a_rule_is_tried_on_those_in_review_before_it_is_saved(sessions):
    with transaction(sessions) as session:
        passing = in_review(session)
        in_review(session, fit=60)
        in_review(session, fit=60, role_account=False, free_mail=True)
        in_review(session, total=10, role_account=False)
        in_review(session, role_account=False)
        in_review(session, state="scored")

        found = tried(session, ("fit", "at_least", 75), ("waits_for", "is", "role_account"))

        assert (found.passed, found.looked_at, found.of) == (1, 5, 5)
        (example,) = found.examples
        assert (example.lead_id, example.name[:4]) == (passing.id, "Anna")
        assert "is a shared mailbox" in example.waits_for
        assert dict(found.left) == {
            "Not met: Fit is at least 75": 2,
            "Not met: Why it would wait is role_account": 1,
            approval_trial.TURNED_AWAY: 1,
            approval_trial.BY_HAND: 1,
        }
        assert session.scalars(select(AutoApproval)).all() == []


def test_of_a_long_queue_the_oldest_are_tried(sessions):
    with transaction(sessions) as session:
        for _ in range(3):
            in_review(session)

        found = tried(
            session, ("fit", "at_least", 90), ("country", "is", "DE"), every=False, sample=2
        )

        assert (found.passed, found.looked_at, found.of) == (0, 2, 3)
        assert found.left == ((approval_trial.NONE_HOLDS, 2),)


def test_a_rule_that_cannot_be_used_or_of_another_client_is_not_tried(sessions):
    with transaction(sessions) as session:
        lead = in_review(session)

        with pytest.raises(Invalid, match="needs a number"):
            tried(session, ("fit", "at_least", "much"))
        with pytest.raises(NotFound):
            approval_trial.preview(session, viewer_of(make_client(session)), lead.campaign_id, {})


@pytest.mark.sqlite
def test_trying_a_rule_reads_no_table_whole(sessions):
    with transaction(sessions) as session:
        in_review(session)
        session.flush()

        found = plans(session, lambda: tried(session, ("fit", "at_least", 90), sample=1))

    assert whole_reads(found) == []
