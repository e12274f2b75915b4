"""Which names are one company, which are not."""

import pytest

from core.learn import matching_blocks, matching_companies, matching_evidence
from core.learn.matching_companies import Company
from core.learn.matching_firms import firm
from tests.benchmarks import made_companies
from tests.benchmarks.figures_matching import figures, true_pairs

MADE = made_companies.make(800, seed=4)
COMMON = matching_companies.commonness([matching_companies.ready(one) for one in MADE.records])
HERE = {"town": "Köln", "country": "de"}


def probability(left: Company, right: Company) -> float:
    """How likely both are one, among a thousand."""
    return matching_companies.compare(
        matching_companies.ready(left), matching_companies.ready(right), COMMON
    ).probability


def company(name: str, **given: str) -> Company:
    """A company in Cologne."""
    return Company(0, name, **{**HERE, **given})


SAME = {
    "legal form": ("Zarvex Robotik GmbH", "Zarvex Robotik"),
    "legal form written out": (
        "Zarvex Robotik GmbH", "Zarvex Robotik Gesellschaft mit beschränkter Haftung",
    ),
    "dots": ("Zarvex S.r.l. Motori", "Zarvex Srl Motori"),
    "and": ("Zarvex & Holm Ltd", "Zarvex and Holm Limited"),
    "abbreviation": ("Zarvex International Manufacturing Inc.", "Zarvex Intl Mfg Inc"),
    "abbreviation nobody wrote down": ("Zarvex Veterinary Supplies", "Zarvex Vetrnry Supplies"),
    "slip": ("Zarvexo Robotik GmbH", "Zarvxeo Robotik GmbH"),
    "written together": ("Zarvex Data Works", "Zarvex DataWorks"),
    "initials": ("International Business Zarvex Machines", "I.B.Z.M."),
    "script": ("ООО «Ромашкина Заря»", "Romashkina Zarya LLC"),
    "japanese form": ("Zarvex Robotics K.K.", "Zarvex Robotics 株式会社"),
    "umlaut": ("Zärvöx Brüder AG", "Zaervoex Brueder AG"),
}  # fmt: skip


@pytest.mark.parametrize("case", SAME)
def test_one_company_written_twice_is_found(case: str) -> None:
    one, other = (company(name) for name in SAME[case])

    assert probability(one, other) >= matching_companies.SURE
    assert matching_companies.keys(matching_companies.ready(one)) & matching_companies.keys(
        matching_companies.ready(other)
    )


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (company("Zarvex Robotik GmbH"), company("Zarvex Bäckerei GmbH")),
        (company("Zarvex Robotik GmbH"), company("Zarvex Robotik GmbH", town="Kiel")),
        (company("Zarvex Studio 54"), company("Zarvex Studio 55")),
        (company("Holding GmbH"), company("Group GmbH")),
        (company(""), company("")),
    ],
    ids=["other trade", "other town", "other number", "empty words", "nothing"],
)
def test_two_companies_are_not_taken_for_one(left: Company, right: Company) -> None:
    assert probability(left, right) < matching_companies.SURE


def test_a_moved_domain_does_not_part_a_company() -> None:
    old = company("Zarvex Robotik GmbH", domain="zarvex-robotik.de")
    new = company("Zarvex Robotik GmbH", domain="zarvex.io")

    assert probability(old, new) >= matching_companies.SURE


@pytest.mark.parametrize(
    ("name", "words", "form"),
    [
        ("Müller & Söhne GmbH & Co. KG", ("muller", "sohne"), "gmbh co kg"),
        ("Acme Pty. Ltd.", ("acme",), "ltd"),
        ("Nordwind Sp. z o.o.", ("nordwind",), "sp z o o"),
        ("J.P. Morgan", ("jp", "morgan"), ""),
        ("Co", ("co",), ""),
    ],
)
def test_names_fall_apart_into_words_and_legal_form(
    name: str, words: tuple[str, ...], form: str
) -> None:
    found = firm(name)

    assert (found.words, found.form) == (words, form)


def test_evidence_names_what_differs() -> None:
    left, right = (matching_companies.ready(company(name)) for name in SAME["legal form"])

    told = matching_evidence.of_companies(
        left, right, matching_companies.compare(left, right, COMMON)
    )

    assert told[0].sentence.startswith("The same name but for its legal form")


def test_made_companies_are_parted_rightly() -> None:
    ready = {one.key: matching_companies.ready(one) for one in MADE.records}
    compared = matching_blocks.pairs(
        {key: matching_companies.keys(one) for key, one in ready.items()}
    )
    found = {
        (low, high)
        for low, high in compared
        if matching_companies.compare(ready[low], ready[high], COMMON).probability
        >= matching_companies.SURE
    }

    assert figures(found, true_pairs(MADE.truth)).f1 >= 0.93


def test_the_held_out_short_forms_stand_in_no_table() -> None:
    for long, short in made_companies.HELD_OUT.items():
        assert firm(f"Zarvex {short}").words != firm(f"Zarvex {long}").words
