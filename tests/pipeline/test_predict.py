"""The job that learns from outcomes and speaks of leads."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.domain.predictions import PredictorState
from core.domain.states import LeadState, Role
from core.pipeline import predict
from core.queries import leads as lead_query
from core.queries import predictions
from core.services import predictor_work, predictors
from db.models import Account, AuditEntry, Lead, LeadPrediction, Predictor
from db.session import reading, transaction
from tests.factories import NOW, make_campaign, make_client, viewer_of
from tests.factories_predictions import make_open_lead, make_outcomes, make_predictor
from tests.queries.plans import plans, sorts, whole_reads


def state_of(rt, predictor_id):
    with reading(rt.sessions) as session:
        return session.get_one(Predictor, predictor_id).state


def said_of(rt, viewer, lead_id):
    with reading(rt.sessions) as session:
        return predictions.of_lead(session, viewer, lead_id)


def ordered(rt, viewer, client_id, quiet_days=None):
    with transaction(rt.sessions) as session:
        return predictors.order_from_leads(
            session, viewer, client_id, quiet_days=quiet_days, now=rt.now()
        ).id


def test_a_prediction_is_learned_accepted_and_said_of_open_leads(rt):
    with transaction(rt.sessions) as session:
        client = make_client(session)
        viewer = viewer_of(client)
        campaign = make_campaign(session, client)
        history = make_outcomes(session, campaign)
        good = make_open_lead(session, campaign, industry="Software", employees=90).id
        poor = make_open_lead(session, campaign, industry="Health", employees=20_000).id
        over = next(lead.id for lead in history if lead.state is LeadState.CONVERTED)
        before = {one.id: (one.total, one.tier) for one in session.scalars(select(Lead))}

    first_id = ordered(rt, viewer, client.id)
    trained, again = predict.run(rt), predict.run(rt)
    unsaid = said_of(rt, viewer, good)
    with transaction(rt.sessions) as session:
        predictors.accept(session, viewer, first_id, now=rt.now())
    spoken, silent = predict.run(rt), predict.run(rt)
    with reading(rt.sessions) as session:
        version = predictions.version(session, viewer, first_id)
        (row,) = lead_query.rows(session, viewer, [good])
        after = {one.id: (one.total, one.tier) for one in session.scalars(select(Lead))}

    assert (trained["trained"], again["trained"]) == (1, 0)
    assert unsaid is None
    assert (spoken["judged"], silent["judged"]) == (2 + sum(
        lead.state is LeadState.NURTURED for lead in history), 0)  # fmt: skip
    assert version is not None
    assert version.card is not None
    assert version.card.signal
    assert [one.name for one in version.card.left_out if one.leak] == ["Contract value"]
    high, low = said_of(rt, viewer, good), said_of(rt, viewer, poor)
    assert high is not None
    assert low is not None
    assert high.chance > low.chance
    assert any(why.sentence.startswith("Employees: ") for why in high.reasons)
    assert row.predicted == pytest.approx(100 * high.chance, abs=0.06)
    assert said_of(rt, viewer, over) is None
    assert before == after  # neither total nor tier moved


def test_a_new_version_speaks_only_once_a_person_accepts_it(rt):
    with transaction(rt.sessions) as session:
        client = make_client(session)
        viewer = viewer_of(client)
        campaign = make_campaign(session, client)
        make_outcomes(session, campaign)
        lead_id = make_open_lead(session, campaign, industry="Software", employees=90).id
    old_id = ordered(rt, viewer, client.id)
    predict.run(rt)
    with transaction(rt.sessions) as session:
        predictors.accept(session, viewer, old_id, now=rt.now())
    predict.run(rt)

    new_id = ordered(rt, viewer, client.id, quiet_days=60)
    predict.run(rt)
    old = said_of(rt, viewer, lead_id)
    with transaction(rt.sessions) as session:
        predictors.accept(session, viewer, new_id, now=rt.now())
        predictors.accept(session, viewer, new_id, now=rt.now())
    predict.run(rt, limit=10)  # as if it were killed on the way
    predict.run(rt)
    new = said_of(rt, viewer, lead_id)
    with transaction(rt.sessions) as session:
        predictors.end(session, viewer, new_id, now=rt.now())

    assert old is not None
    assert new is not None
    assert (old.number, new.number) == (1, 2)
    assert state_of(rt, old_id) is PredictorState.RETIRED
    assert said_of(rt, viewer, lead_id) is None
    with reading(rt.sessions) as session:
        acts = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert acts == [
        "prediction ordered", "prediction accepted", "prediction ordered", "prediction accepted",
        "prediction ended",
    ]  # fmt: skip


def test_a_lead_that_changes_is_judged_again(rt, clock):
    with transaction(rt.sessions) as session:
        client = make_client(session)
        viewer = viewer_of(client)
        campaign = make_campaign(session, client)
        make_outcomes(session, campaign)
        lead_id = make_open_lead(session, campaign, industry="Software", employees=90).id
    predictor_id = ordered(rt, viewer, client.id)
    predict.run(rt)
    with transaction(rt.sessions) as session:
        predictors.accept(session, viewer, predictor_id, now=rt.now())
    predict.run(rt)
    was = said_of(rt, viewer, lead_id)
    clock.advance(hours=1)

    with transaction(rt.sessions) as session:
        lead = session.get_one(Lead, lead_id)
        lead.updated_at = rt.now() - timedelta(minutes=30)
        session.get_one(Account, lead.account_id).employees = 50_000
    report = predict.run(rt)
    now = said_of(rt, viewer, lead_id)

    assert report["judged"] == 1
    assert now.chance < was.chance


@pytest.mark.sqlite
def test_leads_are_taken_by_an_index(rt):
    with transaction(rt.sessions) as session:
        client = make_client(session)
        made = make_predictor(session, client.id, state=PredictorState.ACTIVE)
        speaking = predictor_work.Speaking(made.id, client.id, model=None)
        after = (NOW - timedelta(days=3), 7)

        found = plans(
            session, lambda: predictor_work.speak(session, speaking, after, limit=9, now=NOW)
        )

    assert whole_reads(found) == []
    assert sorts(found) == []


def test_what_cannot_be_learned_says_why_in_one_sentence(rt):
    with transaction(rt.sessions) as session:
        client = make_client(session)
        viewer = viewer_of(client)
        make_outcomes(session, make_campaign(session, client), count=30)

    predictor_id = ordered(rt, viewer, client.id)
    report = predict.run(rt)

    with reading(rt.sessions) as session:
        version = predictions.version(session, viewer, predictor_id)
    assert report["untrained"] == 1
    assert version.state is PredictorState.FAILED
    assert "At least 100 are needed" in version.note


def test_without_signal_nothing_can_be_accepted(rt):
    with transaction(rt.sessions) as session:
        client = make_client(session)
        viewer = viewer_of(client, role=Role.MANAGER)
        make_outcomes(session, make_campaign(session, client), signal=0.0, seed=3)

    predictor_id = ordered(rt, viewer, client.id)
    predict.run(rt)

    assert state_of(rt, predictor_id) is PredictorState.NO_SIGNAL


def test_a_training_whose_worker_died_is_taken_up_again(rt):
    with transaction(rt.sessions) as session:
        client = make_client(session)
        make_outcomes(session, make_campaign(session, client), count=120)
        fresh = make_predictor(
            session, client.id, state=PredictorState.TRAINING, card={}, beat_at=NOW,
        ).id  # fmt: skip
        other = make_client(session)
        dead = make_predictor(
            session, other.id, state=PredictorState.TRAINING, card={},
            beat_at=NOW - timedelta(hours=1),
        ).id  # fmt: skip

    predict.run(rt)

    assert state_of(rt, fresh) is PredictorState.TRAINING
    assert state_of(rt, dead) is PredictorState.FAILED


def test_a_broken_document_is_said_and_holds_nobody_up(rt):
    with transaction(rt.sessions) as session:
        client = make_client(session)
        make_predictor(session, client.id, state=PredictorState.ACTIVE, model={"os": "system"})

    report = predict.run(rt)

    assert report["broken"] == 1
    assert "Train it again" in report.notes[0]
    with reading(rt.sessions) as session:
        assert session.scalars(select(LeadPrediction)).all() == []
