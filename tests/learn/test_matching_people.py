"""Who is taken for one person, who is not, and that nobody is compared with everybody."""

import pytest

from core.learn import matching_blocks, matching_evidence, matching_people
from core.learn.matching_people import Person
from tests.benchmarks import made_people
from tests.benchmarks.figures_matching import figures, true_pairs

CROWD, _ = made_people.make(600, seed=3)
COMMON = matching_people.commonness([matching_people.ready(one) for one in CROWD])
HERE = {"company": "Quillfeather GmbH", "domain": "quillfeather.example", "country": "DE"}


def probability(left: Person, right: Person) -> float:
    """How likely the two are one, in a list of six hundred."""
    return matching_people.compare(
        matching_people.ready(left), matching_people.ready(right), COMMON
    ).probability


def person(name: str, email: str = "", **given: str) -> Person:
    """`First Last` at Quillfeather."""
    first, _, last = name.rpartition(" ")
    return Person(0, first, last, email, **{**HERE, **given})


SAME = {
    "nickname": (person("Robert Achterdeck"), person("Bob Achterdeck")),
    "nickname in another language": (person("Giuseppe Achterdeck"), person("Pepe Achterdeck")),
    "slip": (person("Robert Achterdeck"), person("Robert Achtedeck")),
    "changed places": (person("Robert Achterdeck"), person("Achterdeck Robert")),
    "umlaut": (person("Jürgen Müllerchen"), person("Juergen Muellerchen")),
    "cyrillic": (person("Юлия Щербакова"), person("Yuliya Shcherbakova")),
    "greek": (person("Γιώργος Παπαδόπουλος"), person("Giorgos Papadopoulos")),
    "honorific": (person("Dr. Robert Achterdeck"), person("Robert Achterdeck", title="PhD")),
    "middle name": (person("Robert Achterdeck"), person("Robert J. Achterdeck")),
    "tag": (
        person("Robert Achterdeck", "r.achterdeck@quillfeather.example"),
        person(" ", "rachterdeck+fair@quillfeather.example"),
    ),
    "profile": (
        person("Robert Achterdeck", linkedin="https://www.linkedin.com/in/RAchter/"),
        person("Rob Achterdeck", linkedin="http://de.linkedin.com/in/rachter?x=1",
               company="Elsewhere", domain="elsewhere.example"),
    ),
}  # fmt: skip
TWO = {
    "colleagues of one family": (person("Robert Achterdeck"), person("Ingrid Achterdeck")),
    "colleagues of one first name": (person("Robert Achterdeck"), person("Robert Bellwether")),
    "father and son": (
        Person(0, "Robert", "Achterdeck Sr.", **HERE),
        Person(0, "Robert", "Achterdeck Jr.", **HERE),
    ),
    "two profiles": (
        person("Robert Achterdeck", linkedin="https://linkedin.com/in/one-1234"),
        person("Robert Achterdeck", linkedin="https://linkedin.com/in/two-5678"),
    ),
    "namesakes elsewhere": (
        person("Anna Abernathy"),
        person("Anna Abernathy", company="Elsewhere", domain="elsewhere.example"),
    ),
    "a switchboard": (
        person("Robert Achterdeck", phone="+49301234567"),
        person("Ingrid Bellwether", phone="+49301234567"),
    ),
    "nothing known": (Person(0), Person(0)),
}


@pytest.mark.parametrize("case", SAME)
def test_one_person_written_twice_is_found(case: str) -> None:
    left, right = SAME[case]

    assert probability(left, right) >= matching_people.SURE
    assert probability(right, left) == pytest.approx(probability(left, right))


@pytest.mark.parametrize("case", TWO)
def test_two_people_are_not_taken_for_one(case: str) -> None:
    left, right = TWO[case]

    assert probability(left, right) < matching_people.SURE


def test_those_who_are_one_share_a_block() -> None:
    for left, right in SAME.values():
        one, other = (matching_people.keys(matching_people.ready(each)) for each in (left, right))
        assert one & other, (left, right)


def test_evidence_is_told_in_sentences_the_strongest_first() -> None:
    left, right = (matching_people.ready(one) for one in SAME["nickname"])

    told = matching_evidence.of_people(left, right, matching_people.compare(left, right, COMMON))

    assert "Robert and Bob are forms of one name" in [one.sentence for one in told]
    assert [abs(one.bits) for one in told] == sorted((abs(one.bits) for one in told), reverse=True)


def test_a_crowd_is_parted_rightly_and_never_compared_whole() -> None:
    crowd, truth = made_people.make(3_000, seed=9)
    ready = {one.key: matching_people.ready(one) for one in crowd}
    common = matching_people.commonness(list(ready.values()))

    compared = matching_blocks.pairs({key: matching_people.keys(one) for key, one in ready.items()})
    found = {
        (low, high)
        for low, high in compared
        if matching_people.compare(ready[low], ready[high], common).probability
        >= matching_people.SURE
    }

    assert len(compared) < 3_000 * 10
    assert figures(found, true_pairs(truth)).precision >= 0.97
    assert figures(found, true_pairs(truth)).recall >= 0.9


def test_a_crowded_block_says_nothing() -> None:
    keys = {number: [1] for number in range(matching_blocks.CAP + 1)} | {900: [2], 901: [2]}

    assert matching_blocks.pairs(keys) == {(900, 901)}


def test_odd_texts_break_nothing() -> None:
    odd = [
        "",
        " ",
        "\x00",
        "’",
        "ﷺ",
        "🙂",
        "a" * 5_000,
        "<script>",
        "١٢٣",
        "null",
        "-",
        "../..",
        "İ",
    ]
    people = [
        Person(
            0, text, text, f"{text}@{text}", company=text, phone=text, linkedin=text, title=text,
            street=text, town=text, postcode=text, born=text,
        )
        for text in odd
    ]  # fmt: skip

    for left in people:
        for right in people:
            assert 0.0 <= probability(left, right) <= 1.0
            matching_people.keys(matching_people.ready(left))
