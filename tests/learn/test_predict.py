"""What is learned from outcomes: what it is worth, what it must not learn from, what it refuses."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from core.errors import Invalid
from core.learn import predict, predict_columns, predict_figures, predict_model
from core.learn.predict import History
from core.learn.predict_columns import Kind
from tests.benchmarks import made_histories

DAY = datetime(2026, 1, 1, tzinfo=UTC)


def test_a_signal_is_found_on_newer_leads_and_its_chances_come_true():
    made = made_histories.make(4, rows=1500, signal=1.4)

    card = predict.train(made.history).card

    assert card.signal
    assert card.by_time
    assert card.figures.auc_low > 0.6
    assert card.figures.brier < card.figures.brier_base
    assert card.figures.lift > 1.5
    assert sum(part.rows for part in card.parts) == card.rows == 1500
    assert card.parts[0].last <= card.parts[2].first
    assert card.used[0].name in {"Industry", "Seniority", "Employees"}


def test_of_noise_nothing_is_made():
    alarms = [
        predict.train(made_histories.make(seed, rows=300, signal=0.0).history).card.signal
        for seed in range(100, 106)
    ]

    assert not any(alarms)


def test_columns_that_tell_the_outcome_are_left_out_and_named():
    made = made_histories.make(5, rows=600, leaking=True)

    card = predict.train(made.history).card

    leaks = {one.name: one.reason for one in card.left_out if one.leak}
    assert set(leaks) == set(made.leaks)
    assert "filled in afterwards" in leaks["Deal value"]
    assert "of the outcome" in leaks["Contract signed on"]
    assert "sort by outcome" in leaks["Customer no"]
    assert "Proposal accepted" in leaks["Lead stage"]
    assert not {one.name for one in card.used} & set(made.leaks)


def in_companies(seed, *, each=4, companies=90):
    """Colleagues who share what is known of their company and its decision, which is pure noise."""
    made = made_histories.make(seed, rows=companies, signal=0.0, rate=0.3).history
    of = np.random.default_rng(seed).permutation(np.repeat(np.arange(companies), each))
    days = [DAY + timedelta(days=n) for n in range(len(of))]
    columns = {name: [values[n] for n in of] for name, values in made.columns.items()}
    ended = [None] * len(of)
    return History(columns, [made.outcome[n] for n in of], days, ended, [f"c{n}" for n in of])


def test_colleagues_who_share_their_companys_decision_are_no_signal():
    cards = [predict.train(in_companies(seed)).card for seed in range(3)]

    assert not any(card.signal for card in cards)
    assert not any(one.leak for card in cards for one in card.left_out)
    assert all(card.figures.rows <= 90 for card in cards)
    assert any("of one company" in note for note in cards[0].notes)


def test_too_few_companies_are_said():
    with pytest.raises(Invalid, match="too few companies"):
        predict.train(in_companies(1, each=30, companies=8))


def test_without_dates_the_leads_take_turns_and_the_card_says_so():
    card = predict.train(made_histories.make(6, rows=400, dated=False).history).card

    assert not card.by_time
    assert "no dates" in card.split


def test_a_model_is_a_document_that_says_the_same_when_it_is_read_again():
    made = made_histories.make(7, rows=500)
    model = predict.train(made.history).model
    rows = [{name: values[n] for name, values in made.history.columns.items()} for n in range(50)]

    again = predict_model.of_document(json.loads(model.model_dump_json()))
    before = predict_model.forecasts(model, rows, made.history.at[:50])
    after = predict_model.forecasts(again, rows, made.history.at[:50])

    assert before == after
    assert all(0 < one.chance < 1 for one in after)
    assert any("raises the odds" in reason.sentence for one in after for reason in one.reasons)


def test_the_reasons_of_a_lead_add_up_to_its_chance():
    made = made_histories.make(8, rows=500)
    model = predict.train(made.history).model
    row = {name: values[3] for name, values in made.history.columns.items()}
    values = [[predict_columns.value_of(part.kind, row[part.name], None)] for part in model.parts]

    added = predict_model.contributions(model, values)
    (told,) = predict_model.forecasts(model, [row], [None])

    odds = predict_model.calibrated(model.calibration, model.middle + added.sum(axis=1))
    assert told.chance == pytest.approx(float(odds[0]))


def test_an_empty_lead_gets_a_chance_near_the_usual_one():
    model = predict.train(made_histories.make(9, rows=500, missing=0.0).history).model

    (told,) = predict_model.forecasts(model, [{}], [None])

    assert 0.05 < told.chance < 0.4


@pytest.mark.parametrize(
    ("won", "lost", "says"),
    [(200, 0, "needs leads of both outcomes"), (0, 200, "did not convert"),
     (19, 40, "Missing: 1 that converted, 41 in all"), (5, 400, "20 of each")],
    ids=["only converted", "only lost", "too few", "too few converted"],
)  # fmt: skip
def test_a_history_that_can_teach_nothing_is_refused_in_one_sentence(won, lost, says):
    outcome = [True] * won + [False] * lost
    days = [DAY + timedelta(days=n) for n in range(len(outcome))]

    with pytest.raises(Invalid, match=says):
        predict.train(History({"Industry": ["a"] * len(outcome)}, outcome, days, days))


def test_a_history_without_a_usable_column_is_refused():
    made = made_histories.make(10, rows=300)
    only = replace(made.history, columns={"Note": [f"text of {n} kinds" for n in range(300)]})

    with pytest.raises(Invalid, match="No column is left"):
        predict.train(only)


def test_a_column_that_a_person_leaves_out_is_not_learned_from():
    made = made_histories.make(11, rows=400)

    card = predict.train(made.history, without={"Industry": "Left out by Ann."}).card

    assert "Industry" not in {one.name for one in card.used}
    assert ("Industry", "Left out by Ann.") in {(one.name, one.reason) for one in card.left_out}


@pytest.mark.parametrize(
    "document",
    [{}, {"form": 2}, {"parts": [], "weights": [[1.0]], "usual": [], "middle": 0.0,
      "calibration": {"kind": "sigmoid", "said": [1.0, 0.0]}}],
    ids=["empty", "another form", "unequal"],
)  # fmt: skip
def test_a_broken_document_is_refused(document):
    with pytest.raises(Invalid, match="Train it again"):
        predict_model.of_document(document)


@pytest.mark.parametrize(
    ("values", "kind"),
    [([1, 2, 3, "4"] * 10, Kind.NUMBER), (["a", "b", None] * 10, Kind.CHOICE),
     ([["x", "y"], ["x"], []] * 10, Kind.WORDS), (["2026-01-02", "2026-02-03"] * 10, Kind.DATE),
     ([f"C-{n}" for n in range(60)], Kind.NUMBERING), (list(range(60)), Kind.NUMBERING),
     ([f"words {n} and more" for n in range(60)], Kind.TEXT), ([None, "", " "], Kind.EMPTY),
     ([True, False] * 10, Kind.CHOICE), ([float("nan")] * 5, Kind.EMPTY)],
    ids=str,
)  # fmt: skip
def test_a_column_is_known_by_what_it_holds(values, kind):
    assert predict_columns.read("Column", values).kind is kind


def test_figures_agree_with_what_is_known_of_them():
    outcome = np.array([True, True, False, False, True, False])
    score = np.array([0.9, 0.4, 0.5, 0.1, 0.5, 0.2])

    area = predict_figures.auc(outcome, score)

    assert area.value == pytest.approx((3 + 2 + 2.5) / 9)
    assert area.low < area.value < area.high
    assert predict_figures.brier(outcome, outcome.astype(float)) == 0.0
    assert predict_figures.lift(outcome, score) == pytest.approx(2.0)
    assert predict_figures.by_chance(outcome, score, shuffles=200) > 0.05
