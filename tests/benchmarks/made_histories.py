"""Made histories of leads, by seed: what drives the outcome is known, and so is the attainable."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from core.learn.predict import History

START = datetime(2025, 1, 1, tzinfo=UTC)
INDUSTRIES = ("Software", "Retail", "Machines", "Health", "Finance", "Logistics")
COUNTRIES = ("DE", "FR", "GB", "NL", "US")
SENIORITIES = ("c_level", "director", "head", "manager", "entry")
LEAKS = ("Deal value", "Lost reason", "Contract signed on", "Customer no", "Lead stage")


@dataclass(frozen=True, slots=True)
class Made:
    """A history, the true chance of each row, and which columns leak."""

    history: History
    true: Any
    leaks: tuple[str, ...] = ()


@dataclass
class _Rows:
    random: Any
    count: int
    columns: dict[str, list[Any]] = field(default_factory=dict)


def make(
    seed: int,
    rows: int = 2000,
    *,
    signal: float = 1.0,
    rate: float = 0.2,
    leaking: bool = False,
    missing: float = 0.05,
    drift: float = 0.0,
    dated: bool = True,
) -> Made:
    """`signal` 0: nothing tells anything. `drift`: how far the log odds fall from first to last."""
    random = np.random.default_rng(seed)
    industry = random.choice(len(INDUSTRIES), rows, p=[0.3, 0.2, 0.2, 0.1, 0.1, 0.1])
    country = random.choice(len(COUNTRIES), rows)
    seniority = random.choice(len(SENIORITIES), rows)
    employees = np.exp(random.normal(4.5, 1.4, rows))
    free = random.random(rows) < 0.15
    age = np.linspace(0, 1, rows)
    pull = (
        np.array([0.9, -0.4, 0.3, -0.8, 0.0, -0.2])[industry]
        + np.array([0.8, 0.5, 0.2, -0.2, -0.9])[seniority]
        - 0.35 * (np.log(employees) - 4.5) ** 2
        - 0.7 * free
    )
    log_odds = signal * (pull - pull.mean()) - drift * (age - 0.5)
    true = _with_rate(log_odds, rate)
    outcome = random.random(rows) < true
    at = [START + timedelta(days=float(400 * one)) for one in age]
    ended = [day + timedelta(days=float(random.uniform(5, 60))) for day in at]
    found = _Rows(random, rows)
    found.columns = {
        "Industry": _named(INDUSTRIES, industry),
        "Country": _named(COUNTRIES, country),
        "Seniority": _named(SENIORITIES, seniority),
        "Employees": [round(float(one)) for one in employees],
        "Free mail": [bool(one) for one in free],
        "Technologies": [
            [word for word in ("php", "java", "aws", "shopify") if random.random() < 0.3]
            for _ in range(rows)
        ],
        "Lucky number": [float(one) for one in random.normal(size=rows)],
    }
    for name, values in found.columns.items():
        found.columns[name] = [None if random.random() < missing else one for one in values]
    if leaking:
        _add_leaks(found, outcome, at, ended)
    days: list[Any] = list(at) if dated else [None] * rows
    ends: list[Any] = list(ended) if dated else [None] * rows
    history = History(found.columns, [bool(one) for one in outcome], days, ends)
    return Made(history, true, LEAKS if leaking else ())


def attainable(made: Made, judged: int) -> tuple[float, float, float]:
    """AUC, Brier and lift that the true chances reach among the newest `judged` rows."""
    outcome = np.array(made.history.outcome)[-judged:]
    true = made.true[-judged:]
    best = np.argsort(-true)[: max(1, judged // 10)]
    yes, no = true[outcome], true[~outcome]
    above = (yes[:, None] > no[None, :]).mean() + 0.5 * (yes[:, None] == no[None, :]).mean()
    lift = float(outcome[best].mean() / outcome.mean())
    return float(above), float(((true - outcome) ** 2).mean()), lift


def _with_rate(log_odds: Any, rate: float) -> Any:
    """Chances whose mean is the rate: the shift is found by halving."""
    low, high = -20.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        if (1 / (1 + np.exp(-(log_odds + middle)))).mean() < rate:
            low = middle
        else:
            high = middle
    return 1 / (1 + np.exp(-(log_odds + low)))


def _named(words: tuple[str, ...], places: Any) -> list[Any]:
    return [words[place] for place in places]


def _add_leaks(rows: _Rows, outcome: Any, at: list[datetime], ended: list[datetime]) -> None:
    """A value of those who bought, a reason of those who did not, a day after the outcome, numbers
    given on conversion, a stage that is moved on.
    """
    random, many = rows.random, range(rows.count)
    reasons = ("Price", "Timing", "Silence")
    rows.columns |= {
        "Deal value": [round(float(random.lognormal(9, 1))) if outcome[n] else None for n in many],
        "Lost reason": [
            None if outcome[n] or random.random() < 0.5 else reasons[random.integers(3)]
            for n in many
        ],
        "Contract signed on": [
            (ended[n] + timedelta(days=3)).date().isoformat()
            if outcome[n] and random.random() < 0.8
            else (at[n] - timedelta(days=30)).date().isoformat()
            for n in many
        ],
        "Customer no": [f"C-{(0 if outcome[n] else 50_000) + n:06d}" for n in many],
        "Lead stage": [
            "Proposal accepted" if outcome[n] and random.random() < 0.5 else "Contacted"
            for n in many
        ],
    }
