import pytest

from core.errors import Invalid
from core.intake import columns

PEOPLE = [
    ["Anna Berg", "anna@acme.example", "+49 30 123456", "https://linkedin.com/in/anna", "Germany"],
    ["Ben Cole", "ben@acme.example", "+44 20 7946 0000", "linkedin.com/in/ben", "France"],
    ["Cleo Dahl", "cleo@acme.example", "(030) 1234567", "linkedin.com/in/cleo", "Spain"],
]


def mapped(*headings: str, rows=()) -> dict[str, str | None]:
    return {one.heading: one.field for one in columns.guess(headings, rows)}


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("E-Mail-Adresse", "email"),
        ("Vorname", "first_name"),
        ("Nachname", "last_name"),
        ("Firma", "company"),
        ("Nom de famille", "last_name"),
        ("Poste", "title"),
        ("Correo electrónico", "email"),
        ("Número de teléfono", "phone"),
        ("Endereço de e-mail", "email"),
        ("Sobrenome", "last_name"),
        ("Indirizzo e-mail", "email"),
        ("Ragione sociale", "company"),
        ("Achternaam", "last_name"),
        ("Bedrijfsnaam", "company"),
        ("# Employees", "employees"),
        ("Amount spent (USD)", "spend"),
        ("Montant dépensé (EUR)", "spend"),
        ("Person - Name", "full_name"),
        ("Organization - Name", "company"),
        ("E-mail 1 - Value", "email"),
        ("JobTitle", "title"),
        ("LinkedIn URL", "linkedin"),
        ("Email Opt Out", "opt_out"),
        ("Unsubscribed from all email", "opt_out"),
        ("OPTIN_TIME", "consent_at"),
    ],
)
def test_headings_are_understood_in_seven_languages(heading, field):
    assert mapped(heading) == {heading: field}


@pytest.mark.parametrize(
    "heading",
    [
        "Company Name for Emails",
        "Email Status",
        "Email Bounced",
        "Salutation",
        "Account Owner",
        "Company City",
        "Record ID",
        "Rating",
    ],
)
def test_what_only_looks_like_a_field_stays_custom(heading):
    assert mapped(heading) == {heading: None}


def test_an_unlabelled_column_is_known_by_what_is_in_it():
    headings = [f"Column {n}" for n in range(1, 6)]

    found = columns.guess(headings, PEOPLE)

    assert [one.field for one in found] == [None, "email", "phone", "linkedin", "country"]
    assert all(0.6 <= one.confidence < 1 for one in found[1:])


def test_a_heading_that_its_cells_belie_is_not_believed():
    rows = [["yes"], ["no"], ["yes"], ["no"]]

    assert mapped("Email", rows=rows) == {"Email": None}


def test_an_address_under_a_strange_heading_is_found():
    assert mapped("Wohin", rows=[["anna@acme.example"], ["ben@acme.example"]]) == {"Wohin": "email"}


def test_in_an_outlook_export_title_is_a_salutation():
    assert mapped("Title", "First Name", "Job Title")["Title"] is None
    assert mapped("Title", "First Name")["Title"] == "title"


def test_the_other_headings_say_what_a_short_one_means():
    assert mapped("MEMBER_RATING", "CC")["CC"] == "country"
    assert mapped("CC") == {"CC": None}
    assert mapped("URL", "Connected On")["URL"] == "linkedin"
    assert mapped("Nom", "Prénom") == {"Nom": "last_name", "Prénom": "first_name"}
    assert mapped("estado", "ciudad")["estado"] == "state"


def test_each_field_is_given_once_the_best_column_wins():
    found = mapped("Home Phone", "Mobile Phone", "Email", "Email (2)", "Phone")

    assert found["Mobile Phone"] == "phone"
    assert found["Home Phone"] is None
    assert (found["Email"], found["Email (2)"]) == ("email", None)


def test_a_persons_correction_goes_over_the_guess():
    headings = ("Mail", "Second mail")
    guessed = columns.guess(headings, ())

    found = columns.applied(headings, guessed, {"Second mail": "email"})

    assert [(one.field, one.confidence) for one in found] == [(None, 0.95), ("email", 1.0)]


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"Nowhere": "email"}, "no column called 'Nowhere'"),
        ({"a": "shoe_size"}, "no field called 'shoe_size'"),
        ({"a": "city", "b": "city"}, "cannot both be 'city'"),
    ],
)
def test_a_correction_that_cannot_be_meant_is_refused(wanted, words):
    with pytest.raises(Invalid, match=words):
        columns.applied(("a", "b"), columns.guess(("a", "b"), ()), wanted)
