"""What a person noticed of a lead counts with the next run of scoring."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.domain.states import Role
from core.errors import Invalid, NotAllowed, NotFound
from core.pipeline import score
from core.services import signals
from db.models import AuditEntry, Lead, LeadEvent, LeadScore, Signal
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


def colleagues(session, role=Role.OPERATOR):
    """(lead, colleague, viewer) of two people in one company."""
    client = make_client(session)
    account, campaign = make_account(session, client), make_campaign(session, client)
    both = [
        make_lead(session, campaign, make_contact(session, client, account), state="enriched")
        for _ in range(2)
    ]
    return *both, viewer_of(client, role=role)


def noted(session, viewer, lead, kind="funding", **given):
    return signals.record(
        session, viewer, lead.id,
        **{"kind": kind, "detail": "10 M", "observed_at": NOW, "now": NOW, **given},
    )  # fmt: skip


def totals(rt, *leads) -> list[int | None]:
    with reading(rt.sessions) as session:
        return [session.get_one(Lead, lead.id).opportunity for lead in leads]


def test_a_signal_of_the_company_counts_for_everybody_there(rt):
    with transaction(rt.sessions) as session:
        lead, colleague, viewer = colleagues(session)
    score.run(rt)
    with transaction(rt.sessions) as session:
        noted(session, viewer, lead, confidence=0.8)
        noted(session, viewer, lead, confidence=0.8)

    score.run(rt)

    assert totals(rt, lead, colleague) == [20, 20]
    with reading(rt.sessions) as session:
        kept = session.execute(select(Signal)).scalar_one()
        assert (kept.half_life_days, kept.source) == (120, viewer.name)
        reasons = session.get_one(LeadScore, lead.id).reasons
        assert any("got funding: 10 M" in reason["sentence"] for reason in reasons)
        assert (
            "Got funding: 10 M"
            in session.execute(select(LeadEvent.reason).where(LeadEvent.kind == "signal"))
            .scalars()
            .all()
        )
        assert session.execute(
            select(AuditEntry).where(AuditEntry.action == "signal noted")
        ).first()


def test_a_signal_of_the_person_counts_for_that_person(rt):
    with transaction(rt.sessions) as session:
        lead, colleague, viewer = colleagues(session)
        noted(session, viewer, lead, "budget", half_life_days=10)

    score.run(rt)

    assert totals(rt, lead, colleague) == [35, 0]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"kind": "smell"}, "no signal called smell"),
        ({"detail": " \x00"}, "Say what was seen"),
        ({"observed_at": NOW + timedelta(days=1)}, "today or before"),
        ({"confidence": 0.0}, "between 1 and 100%"),
    ],
)
def test_what_is_no_signal_is_refused(sessions, given, words):
    with transaction(sessions) as session:
        lead, _, viewer = colleagues(session)

        with pytest.raises(Invalid, match=words):
            noted(session, viewer, lead, **given)


def test_only_who_may_change_the_lead_may_note_one(sessions):
    with transaction(sessions) as session:
        lead, _, looker = colleagues(session, Role.VIEWER)

        with pytest.raises(NotAllowed):
            noted(session, looker, lead)
        with pytest.raises(NotFound):
            noted(session, viewer_of(make_client(session)), lead)
