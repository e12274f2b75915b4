"""The same seed makes the same people, and nobody who could be written to in earnest."""

import csv
import io
import random

import pytest

from core.simulation import lists
from core.simulation.people import EVERYTHING, Population, Temperament, plain


def test_the_same_seed_makes_the_same_people() -> None:
    first, second = (Population(random.Random(7)).people(300) for _ in range(2))

    assert first == second
    assert Population(random.Random(8)).people(300) != first


def test_nobody_has_an_address_that_could_exist() -> None:
    people = Population(random.Random(1)).people(2_000)

    assert {person.address.rpartition(".")[2] for person in people} == {"example"}
    assert len({person.address for person in people}) == len(people)


def test_every_temperament_occurs() -> None:
    people = Population(random.Random(2)).people(1_000, mix=EVERYTHING)

    assert {person.temperament for person in people} == set(Temperament)


@pytest.mark.parametrize(
    ("written", "address"),
    [("Söhnke Voß", "soehnke voss"), ("Łukasz Nørgaard", "lukasz norgaard"), ("Åsa", "aasa")],
    ids=["german", "polish and danish", "swedish"],
)
def test_names_are_spelled_in_ascii_as_their_bearers_do(written: str, address: str) -> None:
    assert plain(written) == address


@pytest.mark.parametrize("style", sorted(lists.STYLES))
def test_a_list_holds_everybody_and_its_faults(style: str) -> None:
    people = Population(random.Random(3)).people(200)
    dirt = lists.Dirt.usual(len(people))

    raw = lists.file_of(people, style=style, dirt=dirt, rng=random.Random(3))

    separator, headings = lists.STYLES[style]
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig")), delimiter=separator))
    place = [what for _, what in headings].index("email")
    addresses = [row[place] for row in rows[1:]]
    assert len(addresses) == len(people) + dirt.rows
    assert {person.address for person in people} <= set(addresses)
    assert sum("TRUE" in row for row in rows) >= dirt.opted_out
