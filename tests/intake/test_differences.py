from datetime import UTC, datetime

from core.domain.head_counts import LISTED
from core.intake import differences
from core.intake.dedupe import laid_over
from core.intake.differences import SHOWN, Difference, Differences


def noted(known: dict[str, object], given: dict[str, object]) -> Differences:
    found = Differences()
    found.note("a@b.example", known, given, laid_over(known, given, "fill"))
    return found


def test_only_what_differs_and_stays_is_a_difference():
    known = {"phone": "+49 1", "title": "CEO", "city": "", "tags": ["a"], "custom": {"Size": "38"}}
    given = {
        "phone": "+49 2",
        "title": "ceo",
        "city": "Ulm",
        "tags": ["b"],
        "custom": {"Size": "39", "Door": "5"},
    }

    found = noted(known, given)

    assert found.counts == {"phone": 1, "own.Size": 1}
    assert found.first == [
        Difference("a@b.example", "phone", "+49 1", "+49 2"),
        Difference("a@b.example", "own.Size", "38", "39"),
    ]


def test_a_range_of_employees_is_told_as_it_is():
    known = {"employees": 126, "custom": {LISTED: "51–200"}}

    found = noted(known, {"employees": 350, "custom": {LISTED: "201–500"}})

    assert found.first == [Difference("a@b.example", "employees", "51–200", "201–500")]


def test_a_number_within_the_listed_range_is_no_difference():
    found = noted({"employees": 131}, {"employees": 126, "custom": {LISTED: "51–200"}})

    assert found.total == 0


def test_the_same_value_of_a_company_counts_once():
    found = Differences()

    for name in ("Acme Ltd", "ACME LTD", "Acme plc"):
        found.note("acme.example", {"name": "Acme"}, {"name": name}, {})

    assert found.counts == {"company": 2}


def test_all_are_counted_and_the_first_are_kept_across_chunks():
    total = Differences()

    for chunk in range(2):
        for number in range(SHOWN):
            when = datetime(2026, 1, 1 + number, tzinfo=UTC)
            given = {"consent_at": when}
            known = {"consent_at": datetime(2025, 1, 1, tzinfo=UTC)}
            one = noted(known, given)
            total.add(one)
        assert total.total == SHOWN * (chunk + 1)

    assert len(total.first) == SHOWN
    assert total.first[0].stays == "2025-01-01"
    assert differences.read(total.document()) == total
    assert differences.read(None) == Differences()
