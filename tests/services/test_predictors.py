"""Predictions as people order and accept them, and lists of what became of earlier leads."""

import csv
from datetime import timedelta

import pytest

from core.domain.predictions import PredictorState
from core.domain.states import Role
from core.errors import Invalid, NotAllowed, NotFound
from core.pipeline import predict
from core.queries import predictions
from core.services import predictors
from db.models import CustomField
from db.session import reading, transaction
from tests.benchmarks import made_histories
from tests.factories import NOW, make_client, viewer_of
from tests.factories_predictions import card, make_predictor

HEADINGS = ("Name", "E-mail", "Industry", "No. of employees", "Plan", "Fax", "Created", "Status",
            "Closed on", "Contract value")  # fmt: skip


def written(path, *, rows=240):
    """A list as a CRM exports it: won, lost and still open ones."""
    made = made_histories.make(3, rows=rows, signal=2.0, rate=0.4).history
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        for n, won in enumerate(made.outcome):
            status = "Open" if n % 20 == 0 else ("Closed won" if won else "Closed lost")
            mail = f"p{n}@{'gmail.com' if made.columns['Free mail'][n] else f'c{n}.example'}"
            at, ended = made.at[n], made.ended[n]
            writer.writerow([
                f"Ann {n} Berg", mail, made.columns["Industry"][n] or "",
                made.columns["Employees"][n] or "", ("Basic", "Pro")[n % 2], ("yes", "no")[n % 2],
                at.date(), status, ended.date(), 900 + n if won else "",
            ])  # fmt: skip
    return path


@pytest.fixture
def history(tmp_path):
    return written(tmp_path / "history.csv")


def asked(look, **given):
    words = look.words[look.outcome]
    return {
        "outcome": look.outcome, "won": words.won, "lost": words.lost, "began": look.began,
        "ended": look.ended, **given,
    }  # fmt: skip


def test_a_list_is_recognised_and_learned_from_as_the_columns_that_leads_have(rt, history):
    with transaction(rt.sessions) as session:
        client = make_client(session)
        viewer = viewer_of(client)
        session.add(CustomField(
            client_id=client.id, key="Plan", name="Plan", kind="choice", created_at=NOW,
        ))  # fmt: skip
    with reading(rt.sessions) as session:
        look = predictors.look(session, viewer, client.id, history)
    with transaction(rt.sessions) as session:
        made = predictors.order_from_file(
            session, viewer, client.id, history, filename="history.csv", asked=asked(look),
            now=rt.now(),
        )  # fmt: skip
    predict.run(rt)
    with reading(rt.sessions) as session:
        version = predictions.version(session, viewer, made.id)

    assert (look.outcome, look.began, look.ended) == ("Status", "Created", "Closed on")
    assert look.words["Status"].won == ("Closed won",)
    assert look.words["Status"].lost == ("Closed lost",)
    assert version.state is PredictorState.PROPOSED, version.note
    assert version.card.by_time
    assert version.card.rows == 228  # the open ones count for neither side
    assert {one.name for one in version.card.used} <= {"Industry", "Employees", "Free mail", "Plan"}
    left = {one.name: one for one in version.card.left_out}
    assert left["Contract value"].leak
    assert "no such field" in left["Fax"].reason
    assert "names one person" in left["Name"].reason


def test_a_person_may_leave_a_column_out(rt, history):
    with transaction(rt.sessions) as session:
        client = make_client(session)
        viewer = viewer_of(client)
        look = predictors.look(session, viewer, client.id, history)
        made = predictors.order_from_file(
            session, viewer, client.id, history, filename="h.csv",
            asked=asked(look, without=["Industry"]), now=rt.now(),
        )  # fmt: skip
    predict.run(rt)
    with reading(rt.sessions) as session:
        version = predictions.version(session, viewer, made.id)

    assert ("Industry", "A person left it out.") in {
        (one.name, one.reason) for one in version.card.left_out
    }


@pytest.mark.parametrize(
    ("given", "says"),
    [({"outcome": "Nothing"}, "which column is the outcome"), ({"won": []}, "which values mean"),
     ({"won": ["Closed lost"]}, "none of them both"), ({"won": ["x"], "lost": ["y"]}, "No row")],
    ids=["no column", "no values", "both", "none of them"],
)  # fmt: skip
def test_an_outcome_that_is_not_clear_is_refused(rt, history, given, says):
    with transaction(rt.sessions) as session:
        client = make_client(session)
        viewer = viewer_of(client)
        look = predictors.look(session, viewer, client.id, history)

        with pytest.raises(Invalid, match=says):
            predictors.order_from_file(
                session, viewer, client.id, history, filename="h.csv", asked=asked(look, **given),
                now=rt.now(),
            )  # fmt: skip


def test_a_list_without_an_outcome_is_refused(rt, tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("Name,E-mail\n" + "\n".join(f"A{n},a{n}@b.example" for n in range(60)))
    with transaction(rt.sessions) as session:
        client = make_client(session)

        with pytest.raises(Invalid, match="can be the outcome"):
            predictors.look(session, viewer_of(client), client.id, path)


def test_a_list_that_is_gone_when_it_is_learned_from_says_so(rt, history):
    with transaction(rt.sessions) as session:
        client = make_client(session)
        viewer = viewer_of(client)
        look = predictors.look(session, viewer, client.id, history)
        made = predictors.order_from_file(
            session, viewer, client.id, history, filename="h.csv", asked=asked(look), now=rt.now()
        )
    history.unlink()
    predict.run(rt)

    with reading(rt.sessions) as session:
        version = predictions.version(session, viewer, made.id)
    assert version.note == "The list is no longer there."


def test_only_those_who_change_campaigns_may_order_accept_and_end(sessions):
    with transaction(sessions) as session:
        client, other = make_client(session), make_client(session)
        operator = viewer_of(client, role=Role.OPERATOR)
        stranger = viewer_of(other)
        proposed = make_predictor(session, client.id)

        for viewer, refused in ((operator, NotAllowed), (stranger, NotFound)):
            with pytest.raises(refused):
                predictors.order_from_leads(session, viewer, client.id, quiet_days=None, now=NOW)
            with pytest.raises(refused):
                predictors.accept(session, viewer, proposed.id, now=NOW)
            with pytest.raises(refused):
                predictors.end(session, viewer, proposed.id, now=NOW)


def test_a_second_order_waits_for_the_first(sessions):
    with transaction(sessions) as session:
        client = make_client(session)
        viewer = viewer_of(client)
        predictors.order_from_leads(session, viewer, client.id, quiet_days=90, now=NOW)

        with pytest.raises(Invalid, match="Wait until"):
            predictors.order_from_leads(session, viewer, client.id, quiet_days=90, now=NOW)
        with pytest.raises(Invalid, match="30 to 365"):
            predictors.order_from_leads(session, viewer, client.id, quiet_days=3, now=NOW)


def test_what_found_no_signal_is_never_used_and_a_retired_one_may_come_back(sessions):
    with transaction(sessions) as session:
        client = make_client(session)
        viewer = viewer_of(client)
        blind = make_predictor(
            session, client.id, state=PredictorState.NO_SIGNAL,
            card=card(signal=False).model_dump(mode="json"),
        )  # fmt: skip
        first, second = make_predictor(session, client.id), make_predictor(session, client.id)

        predictors.accept(session, viewer, first.id, now=NOW)
        predictors.accept(session, viewer, second.id, now=NOW)
        predictors.accept(session, viewer, first.id, now=NOW + timedelta(hours=1))

        with pytest.raises(Invalid, match="found no signal"):
            predictors.accept(session, viewer, blind.id, now=NOW)
        assert (first.state, first.ended_at) == (PredictorState.ACTIVE, None)
        session.refresh(second)
        assert second.state is PredictorState.RETIRED
        with pytest.raises(Invalid, match="not in use"):
            predictors.end(session, viewer, blind.id, now=NOW)
