"""Analytics → Prediction, and what is predicted on the pages of leads."""

import threading
from datetime import timedelta
from typing import Any

import pytest

from core.domain.predictions import PredictorState
from core.domain.states import Role
from core.queries import predictions
from core.runtime import Runtime
from core.services import prediction_rows, predictors
from db.models import Client, Lead, User
from db.session import reading, transaction
from tests.factories import NOW, make_campaign, make_client, make_user, viewer_of
from tests.factories_predictions import make_open_lead, make_outcomes, make_predictor, make_said
from tests.pages.conftest import App, seen
from tests.services.test_predictors import written


@pytest.fixture
def world(rt: Runtime) -> dict[str, Any]:
    """A client with outcomes, its manager and its operator."""
    with transaction(rt.sessions) as session:
        client = make_client(session, name="Meyer AG")
        campaign = make_campaign(session, client)
        make_outcomes(session, campaign)
        lead = make_open_lead(session, campaign, industry="Software", employees=90)
        return {
            "client": client, "lead": lead,
            "manager": make_user(session, Role.MANAGER, [client], name="Ann"),
            "operator": make_user(session, Role.OPERATOR, [client]),
        }  # fmt: skip


def wait() -> None:
    for thread in threading.enumerate():
        if thread.name == "run-now":
            thread.join(timeout=30)


def latest(rt: Runtime, client: Client) -> predictions.VersionRow:
    with reading(rt.sessions) as session:
        return predictions.versions(session, viewer_of(client), client.id)[0]


def test_a_manager_has_it_learned_looks_at_the_card_and_accepts_it(
    signed_in: App, world: dict[str, Any], rt: Runtime
) -> None:
    at = signed_in(world["manager"], "analytics.py", view="prediction")
    assert "Nothing was learned yet" in seen(at)

    at.button(key="prediction.learn").click().run()
    wait()
    at.run()

    assert not at.exception
    version = latest(rt, world["client"])
    assert version.state is PredictorState.PROPOSED, version.note
    assert "Better than chance beyond doubt" in seen(at)
    assert "Contract value" in seen(at)
    at.button(key=f"prediction.{version.predictor_id}.accept").click().run()
    wait()
    assert not at.exception
    lead: Lead = world["lead"]
    at = signed_in(world["manager"], "leads.py", lead=str(lead.id))
    assert not at.exception
    assert "chance to convert" in seen(at)
    assert "not part of the score" in seen(at)


def test_what_is_counted_is_what_would_be_learned_from(
    signed_in: App, world: dict[str, Any], rt: Runtime
) -> None:
    client = world["client"]
    with transaction(rt.sessions) as session:
        first = predictors.known(session, viewer_of(client), client.id, quiet_days=None, now=NOW)
        silent = session.query(Lead).filter_by(id=world["lead"].id).one()
        silent.reached_at = NOW - timedelta(days=95)
        session.flush()
        learned = prediction_rows.of_leads(session, client.id, quiet_days=90, now=NOW)
        known = predictors.known(session, viewer_of(client), client.id, quiet_days=90, now=NOW)

    assert known.leads == len(learned.outcome) == first.leads + 1
    assert (known.converted, known.lost) == (sum(learned.outcome), first.lost)
    assert (known.silent, known.missing) == (1, None)
    at = signed_in(world["manager"], "analytics.py", view="prediction")
    assert f"It would learn from {first.leads} leads" in seen(at).replace("*", "")
    at = at.toggle(key="prediction.silent").set_value(True).run()
    assert f"It would learn from {known.leads} leads" in seen(at).replace("*", "")
    assert "1 were silent for 90 days" in seen(at).replace("*", "")


def test_below_the_least_it_says_what_is_missing_and_cannot_be_pressed(
    signed_in: App, rt: Runtime
) -> None:
    with transaction(rt.sessions) as session:
        client = make_client(session)
        make_outcomes(session, make_campaign(session, client), 30)
        manager = make_user(session, Role.MANAGER, [client])

    at = signed_in(manager, "analytics.py", view="prediction")

    assert "At least 100 are needed, with 20 of each outcome. Missing: " in seen(at)
    assert "70 in all." in seen(at)
    assert at.button(key="prediction.learn").disabled


def test_a_list_is_shown_as_it_was_understood_and_learned_from(
    signed_in: App, world: dict[str, Any], rt: Runtime, tmp_path: Any
) -> None:
    history = written(tmp_path / "history.csv")
    at = signed_in(world["manager"], "analytics.py", view="prediction", **{"from": "list"})

    at.file_uploader(key="prediction.file").upload(
        "history.csv", history.read_bytes(), "text/csv"
    ).run()

    assert not at.exception
    assert "12 are open or say nothing" in seen(at)
    at.button(key="prediction.learn_list").click().run()
    wait()
    at.run()
    assert not at.exception
    assert latest(rt, world["client"]).filename == "history.csv"
    assert latest(rt, world["client"]).state is PredictorState.PROPOSED


def test_the_list_of_leads_has_it_as_a_column_to_choose(
    signed_in: App, world: dict[str, Any], rt: Runtime
) -> None:
    with transaction(rt.sessions) as session:
        active = make_predictor(session, world["client"].id, state=PredictorState.ACTIVE)
        make_said(session, session.get_one(Lead, world["lead"].id), active)

    at = signed_in(world["operator"], "leads.py", cols="name,predicted")

    assert not at.exception
    assert "Prediction (%)" in at.dataframe[0].value.columns
    assert 42.0 in list(at.dataframe[0].value["Prediction (%)"])


def test_who_may_not_change_campaigns_reads_the_card_only(
    signed_in: App, world: dict[str, Any], rt: Runtime
) -> None:
    with transaction(rt.sessions) as session:
        make_predictor(session, world["client"].id, number=1)

    at = signed_in(world["operator"], "analytics.py", view="prediction")

    assert not at.exception
    assert "Better than chance" in seen(at)
    assert not [button.key for button in at.button if str(button.key).startswith("prediction.")]


def test_what_failed_says_why(signed_in: App, world: dict[str, Any], rt: Runtime) -> None:
    with transaction(rt.sessions) as session:
        make_predictor(
            session, world["client"].id, state=PredictorState.FAILED, card={},
            note="There are 30 leads with an outcome.",
        )  # fmt: skip

    at = signed_in(world["manager"], "analytics.py", view="prediction")

    assert not at.exception
    assert "There are 30 leads with an outcome." in seen(at)


def test_a_strangers_version_is_not_shown(signed_in: App, world: dict[str, Any], rt: Runtime):
    with transaction(rt.sessions) as session:
        other = make_client(session)
        stranger: User = make_user(session, Role.MANAGER, [other])
        version = make_predictor(session, world["client"].id, filename="secret.csv")

    at = signed_in(stranger, "analytics.py", view="prediction", version=str(version.id))

    assert not at.exception
    assert "secret.csv" not in seen(at)
