"""The card of a trained forecast: what it learned from, how good it is, what was left out."""

from datetime import date

from pydantic import BaseModel, ConfigDict

_FROZEN = ConfigDict(frozen=True, extra="forbid")


class Used(BaseModel):
    """A column that was learned from, and its part in the differences between leads (0 to 1)."""

    model_config = _FROZEN

    name: str
    kind: str
    strength: float


class Without(BaseModel):
    """A column that was left out; `leak`: it could only be known after the outcome."""

    model_config = _FROZEN

    name: str
    reason: str
    leak: bool = False


class Band(BaseModel):
    """Leads with like forecasts: what was said, what came (with its 95% interval)."""

    model_config = _FROZEN

    said: float
    came: float
    low: float
    high: float
    rows: int


class Rows(BaseModel):
    """One part of the history and what it was for."""

    model_config = _FROZEN

    use: str
    rows: int
    converted: int
    first: date | None = None
    last: date | None = None


class Figures(BaseModel):
    """How it did on the rows that judged it. `brier_base`: of always saying the earlier rate."""

    model_config = _FROZEN

    rows: int
    converted: int
    auc: float
    auc_low: float
    auc_high: float
    by_chance: float
    brier: float
    brier_base: float
    lift: float  # among the best tenth
    bands: tuple[Band, ...]


class Card(BaseModel):
    """Everything that a person needs to accept or refuse a forecast."""

    model_config = _FROZEN

    rows: int
    converted: int
    by_time: bool
    split: str
    parts: tuple[Rows, ...]
    used: tuple[Used, ...]
    left_out: tuple[Without, ...]
    figures: Figures
    signal: bool
    verdict: str
    notes: tuple[str, ...]
    method: str
