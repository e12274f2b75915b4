"""What is looked at: period, campaign, comparison; all of it in the URL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from core.domain.periods import DEFAULT, NAMES, Period, named
from pages.ui import filters


@dataclass(frozen=True, slots=True)
class Asked:
    """The question of the page."""

    period: Period
    campaign_id: int | None
    compare: bool


def draw(today: date, campaigns: Sequence[tuple[int, str]]) -> Asked:
    """The row of filters."""
    with filters.row():
        others = {word: label for word, label in NAMES.items() if word != DEFAULT}
        word = filters.choice("period", "Period", others, every=NAMES[DEFAULT])
        known = {str(campaign_id): name for campaign_id, name in campaigns}
        campaign = filters.choice("campaign", "Campaign", known, every="All campaigns", width=240)
        alone = filters.pills("compare", {"no": "Without comparison"}, label="Comparison")
    return Asked(named(word or DEFAULT, today), int(campaign) if campaign else None, alone != "no")
