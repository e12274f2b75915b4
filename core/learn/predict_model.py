"""A trained forecast as a document, and its use: a chance for each lead, with reasons that add up.

The document is JSON with numbers and words alone, checked when it is read: nothing is unpickled.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from core.errors import Invalid
from core.learn import predict_design
from core.learn.predict_card import Card
from core.learn.predict_design import Part

MOST_REASONS = 5
HARDLY = 0.05  # of the log odds: not worth a reason
_FROZEN = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Calibration(BaseModel):
    """From log odds to a chance. sigmoid: `said` holds slope and shift; isotonic: points."""

    model_config = _FROZEN

    kind: Literal["sigmoid", "isotonic"]
    said: tuple[float, ...]
    came: tuple[float, ...] = ()


class Model(BaseModel):
    """The parts with the weight of each of their steps; `usual` is what each part adds to the log
    odds on average, so that a reason says how far a lead is from the usual one.
    """

    model_config = _FROZEN

    form: Literal[1] = 1
    parts: tuple[Part, ...]
    weights: tuple[tuple[float, ...], ...]
    usual: tuple[float, ...]
    middle: float  # the log odds of the usual lead
    calibration: Calibration


@dataclass(frozen=True, slots=True)
class Trained:
    """The model and its card."""

    model: Model
    card: Card


@dataclass(frozen=True, slots=True)
class Reason:
    """What one column does to the odds: `times` as much as a usual value of it would."""

    column: str
    sentence: str
    times: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """The chance of one lead, 0 to 1, with its strongest reasons first."""

    chance: float
    reasons: tuple[Reason, ...]


def of_document(document: Mapping[str, Any]) -> Model:
    """The model that was stored; Invalid where the document is not one."""
    try:
        found = Model.model_validate(document)
    except ValidationError:
        raise Invalid("The stored prediction cannot be read. Train it again.") from None
    sound = len(found.parts) == len(found.weights) == len(found.usual) and all(
        part.width == len(weights) for part, weights in zip(found.parts, found.weights, strict=True)
    )
    if not sound or len(found.calibration.said) < 2:
        raise Invalid("The stored prediction does not fit together. Train it again.")
    return found


def forecasts(
    model: Model, rows: Sequence[Mapping[str, Any]], at: Sequence[datetime | None]
) -> list[Forecast]:
    """The forecast of each row; a column that a row lacks counts as not known."""
    values = [
        [predict_design.read_value(part, row.get(part.name), day)
         for row, day in zip(rows, at, strict=True)]
        for part in model.parts
    ]  # fmt: skip
    added = contributions(model, values)
    chances = calibrated(model.calibration, model.middle + added.sum(axis=1))
    return [
        Forecast(float(chance), _reasons(model, [column[n] for column in values], added[n]))
        for n, chance in enumerate(chances)
    ]


def contributions(model: Model, values: Sequence[Sequence[Any]]) -> Any:
    """What each part adds to the log odds, a column a part; the sum is exactly the forecast."""
    columns = [
        predict_design.steps(part, given) @ np.array(weights) - usual
        for part, given, weights, usual in zip(
            model.parts, values, model.weights, model.usual, strict=True
        )
    ]
    return np.stack(columns, axis=1)


def calibrated(calibration: Calibration, log_odds: Any) -> Any:
    """The chance that goes with the log odds; it never falls where they rise."""
    if calibration.kind == "isotonic":
        return np.interp(log_odds, calibration.said, calibration.came)
    slope, shift = calibration.said
    return 1 / (1 + np.exp(-np.clip(slope * log_odds + shift, -30, 30)))


def _reasons(model: Model, values: Sequence[Any], added: Any) -> tuple[Reason, ...]:
    order = np.argsort(-np.abs(added), kind="stable")[:MOST_REASONS]
    return tuple(
        _reason(model.parts[place], values[place], float(added[place]))
        for place in order
        if abs(added[place]) >= HARDLY
    )


def _reason(part: Part, value: Any, added: float) -> Reason:
    times = math.exp(added)
    effect = f"raises the odds {times:.1f} times"
    if added < 0:
        effect = f"lowers the odds to {times:.0%}"
    return Reason(part.name, f"{predict_design.worded(part, value)} ({effect})", round(times, 3))
