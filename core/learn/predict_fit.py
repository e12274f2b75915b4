"""The fit: logistic regression on steps, its strength chosen where it learned; calibrated then."""

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold

from core.errors import Invalid
from core.learn import predict_design
from core.learn.predict_columns import Column
from core.learn.predict_design import Part
from core.learn.predict_model import Calibration, Model

LOOSENESS = (0.01, 0.03, 0.1, 0.3, 1.0)  # C of the regression: how freely weights may grow
CHOSEN_ON = 6_000  # rows
ISOTONIC_FROM = 200  # rows of the rarer outcome; a curve of fewer is noise
_STRAIGHT = Calibration(kind="sigmoid", said=(1.0, 0.0))


def fit(
    columns: Sequence[Column], at: Sequence[datetime | None], outcome: Any, group: Any, rows: Any
) -> Model:
    """The model of these rows, not calibrated yet; Invalid where no column is left."""
    found = [part for column in columns if (part := predict_design.part_of(column, at, rows))]
    if not found:
        raise Invalid("No column is left to learn from: none says different things often enough.")
    given = {column.name: column for column in columns}
    blocks = [_block(part, given[part.name], at)[rows] for part in found]
    matrix = np.hstack(blocks)
    model = _regression(_looseness(matrix, outcome[rows], group[rows]))
    model.fit(matrix, outcome[rows])
    weights = np.split(model.coef_[0], np.cumsum([part.width for part in found])[:-1])
    usual = [float((block @ w).mean()) for block, w in zip(blocks, weights, strict=True)]
    return Model(
        parts=tuple(found),
        weights=tuple(tuple(float(one) for one in w) for w in weights),
        usual=tuple(usual),
        middle=float(model.intercept_[0]) + sum(usual),
        calibration=_STRAIGHT,
    )


def values_of(model: Model, columns: Sequence[Column], at: Sequence[datetime | None]) -> Any:
    """The history's columns as the model reads them."""
    given = {column.name: column for column in columns}
    return [predict_design.values_of(part, given[part.name], at) for part in model.parts]


def calibration(log_odds: Any, outcome: Any) -> Calibration:
    """From log odds to chances that come true: a curve where there is enough, else two numbers.

    The sigmoid aims a little short of 0 and 1, as Platt (1999) does, so that few rows do not make
    it boast.
    """
    yes, no = int(outcome.sum()), int((~outcome).sum())
    if min(yes, no) >= ISOTONIC_FROM:
        curve = IsotonicRegression(y_min=0.5 / yes, y_max=1 - 0.5 / no, out_of_bounds="clip")
        curve.fit(log_odds, outcome.astype(float))
        said, came = curve.X_thresholds_.tolist(), curve.y_thresholds_.tolist()
        if len(said) >= 2:
            return Calibration(kind="isotonic", said=tuple(said), came=tuple(came))
    return _sigmoid(log_odds, outcome, (yes + 1) / (yes + 2), 1 / (no + 2))


def _sigmoid(log_odds: Any, outcome: Any, high: float, low: float) -> Calibration:
    """Both targets are weighted rows: one that came counts `high` for yes and the rest for no."""
    column = np.concatenate([log_odds, log_odds]).reshape(-1, 1)
    target = np.concatenate([np.ones(len(outcome)), np.zeros(len(outcome))])
    yes = np.where(outcome, high, low)
    line = _regression(1e4)
    line.fit(column, target, sample_weight=np.concatenate([yes, 1 - yes]))
    slope, shift = float(line.coef_[0][0]), float(line.intercept_[0])
    if slope > 0:
        return Calibration(kind="sigmoid", said=(slope, shift))
    base = float(yes.mean())  # it does not rise: everybody gets the base rate
    return Calibration(kind="sigmoid", said=(0.0, math.log(base / (1 - base))))


def _regression(looseness: float) -> LogisticRegression:
    """Few columns beside many rows: Newton's steps need a tenth of the time of the usual way."""
    return LogisticRegression(C=looseness, solver="newton-cholesky", max_iter=200)


def _looseness(matrix: Any, outcome: Any, group: Any) -> float:
    few = min(int(outcome.sum()), int((~outcome).sum()))
    if few < 8:
        return LOOSENESS[0]
    if len(outcome) > CHOSEN_ON:
        some = np.random.default_rng(2).permutation(len(outcome))[:CHOSEN_ON]
        matrix, outcome, group = matrix[some], outcome[some], group[some]
    way = StratifiedGroupKFold(4, shuffle=True, random_state=3)
    folds = [fold for fold in way.split(matrix, outcome, group) if 0 < outcome[fold[0]].mean() < 1]
    losses = []
    for strength in LOOSENESS:
        total = 0.0
        for taught, asked in folds:
            model = _regression(strength)
            model.fit(matrix[taught], outcome[taught])
            log_odds = model.decision_function(matrix[asked])
            total += float(np.logaddexp(0, np.where(outcome[asked], -log_odds, log_odds)).sum())
        losses.append(total)
    return LOOSENESS[int(np.argmin(losses))]


def _block(part: Part, column: Column, at: Sequence[datetime | None]) -> Any:
    return predict_design.steps(part, predict_design.values_of(part, column, at))
