import pytest

from core.domain import head_counts
from core.domain.head_counts import LISTED, Band


@pytest.mark.parametrize(
    ("amounts", "cell", "said"),
    [
        ([51, 200], "51-200", "51–200"),
        ([1001, 5000], "1,001 to 5,000 people", "1,001–5,000"),
        ([10001], "10001+", "10,001+"),
        ([50], "<50", "<50"),
        ([50], "about 50", None),
        ([], "many", None),
    ],
)
def test_a_range_is_kept_as_it_was_listed(amounts, cell, said):
    assert head_counts.written(amounts, cell) == said


@pytest.mark.parametrize(
    ("number", "own", "told"),
    [
        (126, {LISTED: "51–200"}, "51–200"),
        (10_001, {LISTED: "10,001+"}, "10,001+"),
        (50, {LISTED: ">50"}, ">50"),
        (300, {LISTED: "51–200"}, 300),
        (126, {LISTED: "some"}, 126),
        (126, {}, 126),
        (126, None, 126),
        (None, {LISTED: "51–200"}, None),
    ],
)
def test_a_range_is_told_as_long_as_the_number_is_its_middle(number, own, told):
    assert head_counts.told(number, own) == told


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (131, Band(126, "51–200"), True),
        (Band(126, "51–200"), 201, False),
        (9, Band(50, "<50"), True),
        (Band(10_001, "10,001+"), 50_000, True),
        (Band(126, "51–200"), Band(30, "11–50"), False),
        (126, 126, True),
    ],
)
def test_a_number_agrees_with_the_range_it_lies_in(one, other, both):
    assert head_counts.agree(one, other) is both


def test_what_is_reckoned_with_is_the_middle():
    assert head_counts.of(126, {LISTED: "51–200"}) == Band(126, "51–200")
