"""A forecast learned from what became of leads: trained, judged on newer rows, told on a card."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from core.errors import Invalid
from core.learn import predict_columns, predict_figures, predict_fit, predict_leaks, predict_model
from core.learn.predict_card import Band, Card, Figures, Rows, Used, Without
from core.learn.predict_columns import Column
from core.learn.predict_history import History, shortfall
from core.learn.predict_leaks import Told
from core.learn.predict_model import Model, Trained
from core.learn.predict_split import Split, split

TOO_GOOD = 0.97
DRIFT = 3.0  # standard errors between the earlier and the newest rate


@dataclass(frozen=True, slots=True)
class _Judged:
    rows: Any
    log_odds: Any
    chance: Any
    base: float


def train(history: History, *, without: Mapping[str, str] | None = None) -> Trained:
    """Learns and judges. `without`: columns to leave out, each with its reason (leaks among them
    are named as such). Invalid with one sentence where the history cannot teach anything.
    """
    outcome = np.array(history.outcome, dtype=bool)
    _check(outcome)
    group = _groups(history)
    told = Told(outcome, history.at, history.ended, group)
    columns, left_out = _sorted_out(history, told, without or {})
    if not columns:
        raise Invalid("No column is left to learn from: see that the history says who they were.")
    parts = split(history.at, outcome, group)
    way = _by_time if parts.by_time else _in_folds
    with threadpool_limits(1):  # on matrices this small, threads wait for each other
        model, judged = way(columns, history.at, outcome, group, parts)
    figures = _figures(outcome[judged.rows], judged)
    return Trained(model, _card(history, outcome, parts, columns, left_out, model, figures))


def _check(outcome: Any) -> None:
    rows, won = len(outcome), int(outcome.sum())
    if rows and won in (0, rows):
        which = "converted" if won else "did not convert"
        raise Invalid(f"All {rows:,} leads {which}: a prediction needs leads of both outcomes.")
    missing = shortfall(rows, won)
    if missing is not None:
        raise Invalid(missing)


def _sorted_out(
    history: History, told: Told, without: Mapping[str, str]
) -> tuple[list[Column], list[Without]]:
    kept, left_out = [], []
    for name, values in history.columns.items():
        column = predict_columns.read(name, values)
        found = predict_leaks.judged(column, told)
        if found is not None and (found.leak or name not in without):
            left_out.append(Without(name=name, reason=found.reason, leak=found.leak))
        elif name in without:
            left_out.append(Without(name=name, reason=without[name]))
        else:
            kept.append(column)
    return kept, sorted(left_out, key=lambda one: not one.leak)


def _groups(history: History) -> Any:
    """A number for each company; rows without one have a number of their own."""
    known: dict[Hashable, int] = {}
    given = history.group or [None] * len(history.outcome)
    return np.array([
        known.setdefault(("row", n) if one is None else ("group", one), len(known))
        for n, one in enumerate(given)
    ])  # fmt: skip


def _by_time(
    columns: Sequence[Column],
    at: Sequence[datetime | None],
    outcome: Any,
    group: Any,
    parts: Split,
) -> tuple[Model, _Judged]:
    model = predict_fit.fit(columns, at, outcome, group, parts.taught)
    log_odds = _log_odds(model, columns, at)
    calibration = predict_fit.calibration(log_odds[parts.calibrating], outcome[parts.calibrating])
    model = model.model_copy(update={"calibration": calibration})
    asked = log_odds[parts.judging]
    earlier = np.concatenate([parts.taught, parts.calibrating])
    chance = predict_model.calibrated(calibration, asked)
    return model, _Judged(parts.judging, asked, chance, float(outcome[earlier].mean()))


def _in_folds(
    columns: Sequence[Column],
    at: Sequence[datetime | None],
    outcome: Any,
    group: Any,
    parts: Split,
) -> tuple[Model, _Judged]:
    """Each company is judged by a model that never saw it; the model kept has learned from all."""
    log_odds, chance = np.zeros(len(outcome)), np.zeros(len(outcome))
    for taught, asked in parts.folds:
        model = predict_fit.fit(columns, at, outcome, group, taught)
        log_odds[asked] = _log_odds(model, columns, at)[asked]
    rows = parts.judging
    for taught, asked in parts.folds:
        others = np.intersect1d(taught, rows)
        curve = predict_fit.calibration(log_odds[others], outcome[others])
        chance[asked] = predict_model.calibrated(curve, log_odds[asked])
    model = predict_fit.fit(columns, at, outcome, group, parts.taught)
    curve = predict_fit.calibration(log_odds[rows], outcome[rows])
    judged = _Judged(rows, log_odds[rows], chance[rows], float(outcome[rows].mean()))
    return model.model_copy(update={"calibration": curve}), judged


def _log_odds(model: Model, columns: Sequence[Column], at: Sequence[datetime | None]) -> Any:
    values = predict_fit.values_of(model, columns, at)
    return model.middle + predict_model.contributions(model, values).sum(axis=1)


def _figures(outcome: Any, judged: _Judged) -> Figures:
    area = predict_figures.auc(outcome, judged.log_odds)
    found = predict_figures.bands(outcome, judged.chance)
    return Figures(
        rows=len(outcome),
        converted=int(outcome.sum()),
        auc=area.value,
        auc_low=area.low,
        auc_high=area.high,
        by_chance=predict_figures.by_chance(outcome, judged.log_odds),
        brier=predict_figures.brier(outcome, judged.chance),
        brier_base=predict_figures.brier(outcome, np.full(len(outcome), judged.base)),
        lift=predict_figures.lift(outcome, judged.log_odds),
        bands=tuple(Band(**asdict(band)) for band in found),
    )


def _card(
    history: History,
    outcome: Any,
    parts: Split,
    columns: Sequence[Column],
    left_out: Sequence[Without],
    model: Model,
    figures: Figures,
) -> Card:
    signal = figures.by_chance <= predict_figures.BEYOND_DOUBT and figures.auc_low > 0.5
    uses = (
        (("Learned from", parts.taught), ("Calibrated on", parts.calibrating),
         ("Judged on", parts.judging))
        if parts.by_time
        else (("Learned from and judged on, in turns", parts.judging),)
    )  # fmt: skip
    return Card(
        rows=len(outcome),
        converted=int(outcome.sum()),
        by_time=parts.by_time,
        split=_split_words(parts),
        parts=tuple(_part(use, rows, history, outcome) for use, rows in uses),
        used=_used(model, columns, history.at),
        left_out=tuple(left_out),
        figures=figures,
        signal=signal,
        verdict=_verdict(figures, signal),
        notes=tuple(_notes(figures, parts, outcome, signal)),
        method=(
            "Logistic regression on steps of each column; chances calibrated by "
            f"{'a rising curve' if model.calibration.kind == 'isotonic' else 'a sigmoid'}."
        ),
    )


def _split_words(parts: Split) -> str:
    if parts.by_time:
        return "The oldest leads taught it, the newest judged it."
    return f"It was not judged on newer leads, because {parts.why}: the leads took turns instead."


def _part(use: str, rows: Any, history: History, outcome: Any) -> Rows:
    days = [day.date() for n in rows if (day := history.at[n]) is not None]
    return Rows(
        use=use,
        rows=len(rows),
        converted=int(outcome[rows].sum()),
        first=min(days, default=None),
        last=max(days, default=None),
    )


def _used(
    model: Model, columns: Sequence[Column], at: Sequence[datetime | None]
) -> tuple[Used, ...]:
    added = predict_model.contributions(model, predict_fit.values_of(model, columns, at))
    spread = added.std(axis=0)
    whole = float(spread.sum()) or 1.0
    found = [
        Used(name=part.name, kind=part.kind, strength=float(one) / whole)
        for part, one in zip(model.parts, spread, strict=True)
    ]
    return tuple(sorted(found, key=lambda used: -used.strength))


def _verdict(figures: Figures, signal: bool) -> str:
    area = f"AUC {figures.auc:.2f}, {figures.auc_low:.2f} to {figures.auc_high:.2f}"
    if not signal:
        return f"No signal: these columns do not tell who converts better than chance ({area})."
    return (
        "Better than chance beyond doubt: of two leads of which one converts, it puts the right "
        f"one first in {figures.auc:.0%} of cases ({area})."
    )


def _notes(figures: Figures, parts: Split, outcome: Any, signal: bool) -> list[str]:
    found = []
    asked = [parts.calibrating, parts.judging] if parts.by_time else [parts.judging]
    taught = len(parts.taught) if parts.by_time else 0
    if taught + sum(map(len, asked)) < len(outcome):
        found.append(
            "Several leads are of one company: each company judged once, and only where nobody of "
            "it was learned from."
        )
    if figures.auc >= TOO_GOOD:
        found.append(
            "This is too good to be usual: look whether a column was filled in after the outcome."
        )
    if signal and figures.brier >= figures.brier_base:
        found.append(
            "It puts leads in a good order, but its percentages are no nearer the truth than the "
            "average: trust the order."
        )
    if parts.by_time:
        earlier = np.concatenate([parts.taught, parts.calibrating])
        before, lately = float(outcome[earlier].mean()), figures.converted / figures.rows
        error = (before * (1 - before) * (1 / len(earlier) + 1 / figures.rows)) ** 0.5
        if error and abs(lately - before) > DRIFT * error:
            found.append(
                f"Lately {lately:.1%} converted, earlier {before:.1%}: the market or the lists "
                "have changed, and the percentages may be off."
            )
    return found
