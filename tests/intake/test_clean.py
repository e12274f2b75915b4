from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.intake import clean, countries, emails, industries, moments


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("  a  b ", "a  b"),
        ("a\u00a0 b\x00", "a b"),
        ("'=1+1", "=1+1"),
        ("'plain'", "'plain'"),
        ("one\n  two", "one\ntwo"),
        ("\ufeff'-é", "-é"),
    ],
)
def test_text_is_trimmed_and_freed_of_control_characters(cell, text):
    assert clean.text(cell) == text


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("ANNA", "Anna"),
        ("jean-pierre", "Jean-Pierre"),
        ("O'NEILL", "O'Neill"),
        ("MCDONALD", "McDonald"),
        ("LUDWIG VAN BEETHOVEN", "Ludwig van Beethoven"),
        ("DeShawn", "DeShawn"),
        ("A", "A"),
        ("", ""),
    ],
)
def test_names_in_capitals_are_written_as_names_are(cell, name):
    assert clean.name(cell) == name


@pytest.mark.parametrize(
    ("cell", "parts"),
    [
        ("Anna Berg", ("Anna", "Berg")),
        ("Berg, Anna", ("Anna", "Berg")),
        ("Dr. Anna van der Berg, PhD", ("Anna", "van der Berg")),
        ("Anna Maria Berg", ("Anna Maria", "Berg")),
        ("Anna", ("Anna", "")),
        ("Herr Prof. Dr. BERG", ("Berg", "")),
        ("", ("", "")),
    ],
)
def test_a_whole_name_is_parted(cell, parts):
    assert clean.full_name(cell) == parts


@pytest.mark.parametrize(
    ("cell", "country", "number"),
    [
        ("+49 30 123456", None, "+4930123456"),
        ("0049 30 123456", None, "+4930123456"),
        ("+49 (0)30 123456", None, "+4930123456"),
        ("030 123456", "DE", "+4930123456"),
        ("030 123456", None, None),
        ("p:+14155550100", None, "+14155550100"),
        ("+1", None, None),
        ("call me", "DE", None),
        ("12", "DE", None),
    ],
)
def test_a_phone_number_is_e164_or_unknown(cell, country, number):
    assert clean.phone(cell, country) == number


@pytest.mark.parametrize(
    ("cell", "count"),
    [
        ("120", 120),
        ("1,200", 1200),
        ("1.200", 1200),
        ("11-50", 30),
        ("51–200 employees", 126),
        ("10000+", 10_000),
        ("1k", 1000),
        ("many", None),
        ("1-2-3", None),
        ("99999999999", None),
    ],
)
def test_a_head_count_may_be_a_range(cell, count):
    assert clean.employees(cell) == count


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("$1.2M", 1_200_000),
        ("1,5 Mio. €", 1_500_000),
        ("2.500.000", 2_500_000),
        ("1,234.56", 1235),
        ("10K - 50K", 30_000),
        ("-500", -500),
        ("nothing", None),
        ("1 2 3 / 4 / 5", None),
        ("9" * 30, None),
        ("999999999999999 bn", None),
    ],
)
def test_money_is_whole_units(cell, amount):
    assert clean.money(cell) == amount


@pytest.mark.parametrize(
    ("cell", "domain"),
    [
        ("https://www.Acme.example/x?y", "acme.example"),
        ("acme.example", "acme.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("n/a", None),
        ("10.0.0.1", None),
    ],
)
def test_a_web_address_is_a_domain(cell, domain):
    assert clean.site(cell) == domain


def test_a_linkedin_address_has_its_scheme():
    assert clean.linkedin("linkedin.com/in/anna") == "https://linkedin.com/in/anna"
    assert clean.linkedin("https://linkedin.com/in/anna") == "https://linkedin.com/in/anna"
    assert clean.linkedin("Anna on LinkedIn") is None


def test_several_words_in_a_cell_are_parted():
    assert clean.words("SAP; AWS, Azure; SAP") == ("SAP", "AWS, Azure")
    assert clean.words("a, b,,a") == ("a", "b")


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("TRUE", True),
        ("ja", True),
        ("Oui", True),
        ("Sí", True),
        ("Unsubscribed", True),
        ("2025-01-02 10:00", True),
        ("false", False),
        ("nein", False),
        ("0", False),
        ("perhaps", None),
    ],
)
def test_yes_and_no_are_understood(cell, said):
    assert clean.truth(cell) is said


@pytest.mark.parametrize(
    ("cell", "day_first", "found"),
    [
        ("2025-03-04", True, (2025, 3, 4)),
        ("2025-03-04T23:00:00-02:00", True, (2025, 3, 5)),
        ("04.03.2025", True, (2025, 3, 4)),
        ("3/4/2025", False, (2025, 3, 4)),
        ("3/4/2025 10:15", True, (2025, 4, 3)),
        ("Mar 4, 2025", True, (2025, 3, 4)),
        ("45720", True, (2025, 3, 4)),
        ("20250304", True, (2025, 3, 4)),
        ("12. März 2025", True, (2025, 3, 12)),
        ("3 mars 2025", True, (2025, 3, 3)),
        ("5 de marzo de 2025", True, (2025, 3, 5)),
        ("March 12th, 2025", True, (2025, 3, 12)),
        ("12-Mar-25", True, (2025, 3, 12)),
        ("Thu, 13 Mar 2025 22:00:00 GMT", True, (2025, 3, 13)),
        ("3/4/2025 11:15 PM", False, (2025, 3, 4)),
        ("1741082400", True, (2025, 3, 4)),
        ("1741082400000", True, (2025, 3, 4)),
        ("March 2025", True, None),
        ("31.2.2025", True, None),
        ("3/4/2025 25:00", True, None),
        ("3/4/2025 13:00 pm", True, None),
        ("12", True, None),
        ("0001-01-01", True, None),
        ("soon", True, None),
        ("⁰⁴⁵", True, None),
    ],
)
def test_dates_of_many_forms_are_read(cell, day_first, found):
    moment = moments.moment(cell, day_first=day_first)

    assert moment == (datetime(*found, tzinfo=UTC) if found else None) or (
        moment is not None and (moment.year, moment.month, moment.day) == found
    )


def test_a_column_says_whether_its_days_come_first():
    assert moments.days_first(["3/4/2025", "25/4/2025", "soon"])
    assert not moments.days_first(["3/4/2025", "4/25/2025"])


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Germany", "DE"),
        ("Deutschland", "DE"),
        ("ALLEMAGNE", "DE"),
        ("Países Bajos", "NL"),
        ("USA", "US"),
        ("U.K.", "GB"),
        ("fr", "FR"),
        ("CHE", "CH"),
        ("Atlantis", None),
        ("", None),
    ],
)
def test_countries_are_known_by_whatever_people_call_them(name, code):
    assert countries.iso(name) == code


@pytest.mark.parametrize(
    ("cell", "key"),
    [
        ("Anna@Acme.example", "anna@acme.example"),
        ("Anna Berg <anna@acme.example>", "anna@acme.example"),
        ("anna@acme.example; ben@acme.example", "anna@acme.example"),
        ("nobody, anna@acme.example, x@y.example", "anna@acme.example"),
        ("anna@bücher.example", "anna@xn--bcher-kva.example"),
    ],
)
def test_an_address_is_found_in_its_cell(cell, key):
    assert emails.read(cell) == (key, "")


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("", "There is no e-mail address"),
        ("anna at acme.example", "is no e-mail address"),
        ("anna@acme", "is no e-mail address"),
        ("a b@acme.example", "is no e-mail address"),
        ("anna@xn--a.example", "is no e-mail address"),
        ("x" * 3000, "too long"),
    ],
)
def test_what_is_no_address_is_refused_with_a_sentence(cell, words):
    key, why = emails.read(cell)

    assert key is None
    assert words in why


@pytest.mark.parametrize(
    ("address", "valid"),
    [
        ("anna@acme.example", True),
        ("o'neil@acme.example", True),
        ("anna@acme", False),
        ("anna@acme.example ", False),
        ("a" * 65 + "@acme.example", False),
    ],
)
def test_syntax_is_judged_as_it_stands(address, valid):
    assert emails.valid(address) is valid


def test_throw_away_domains_are_known():
    assert emails.is_disposable("mailinator.com")
    assert emails.is_disposable("x.mailinator.com")
    assert not emails.is_disposable("acme.example")


@given(st.text(max_size=60))
def test_no_text_breaks_any_cleaning(cell):
    for read in (
        *(clean.text, clean.name, clean.full_name, clean.phone, clean.country, clean.employees),
        *(clean.money, clean.site, clean.linkedin, clean.words, clean.truth, moments.moment),
        *(emails.read, emails.valid),
    ):
        read(cell)


@pytest.mark.parametrize(
    ("cell", "word"),
    [
        ("Computer Software", "Software"),
        ("MASCHINENBAU", "Machinery"),
        ("Information Technology & Services", "Information Technology"),
        ("Industria química", "Chemicals"),
        ("Bouw", "Construction"),
        (" Robotics ", "Robotics"),
    ],
)
def test_industries_have_one_word_each_and_unknown_ones_stay(cell, word):
    assert industries.standard(cell) == word


def test_who_asks_for_an_industry_finds_it_under_its_usual_word_too():
    assert industries.with_standard(["SaaS", "Software"]) == ("SaaS", "Software")


@pytest.mark.parametrize(
    ("cell", "amount"), [("€ 10-20m", 15_000_000), ("10 to 20k", 15_000), ("1,5 Mio.", 1_500_000)]
)
def test_both_ends_of_a_range_have_its_unit(cell, amount):
    assert clean.money(cell) == amount


def test_an_address_is_nobodys_name():
    assert clean.name("anna@acme.example") == ""
    assert clean.name("<script>alert(1)</script>") == "<script>alert(1)</script>"
