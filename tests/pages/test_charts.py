"""Charts say what they show without one text over another."""

from itertools import pairwise

from pages.ui import charts


def test_names_at_the_ends_of_lines_stand_apart() -> None:
    series = {"Reached": [40, 2], "Replied": [5, 1], "Positive": [3, 1]}

    fig = charts.lines("A title", [1, 2], series, height=280)

    dots = (280 - 70) / 40
    places = sorted(note.y * dots + (note.yshift or 0) for note in fig.layout.annotations)
    assert all(after - before >= 15 for before, after in pairwise(places))
