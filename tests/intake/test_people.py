from core.intake import columns, people
from core.intake.dedupe import Seen, laid_over


def reader(*headings: str, **given) -> people.Reader:
    return people.Reader(columns.guess(headings, ()), **given)


def test_a_row_becomes_a_person_with_a_company_and_what_is_kept_aside():
    row = reader("Full name", "Email", "Website", "Tags", "Phone", "Owner", "Created at", "Shoe")

    person = row.read(
        ["BERG, ANNA", "anna@acme.example", "acme.example", "a;b", "030 1", "Sam", "1.2.2025", "38"]
    )

    assert person.contact == {
        "first_name": "Anna",
        "last_name": "Berg",
        "tags": ["a", "b"],
        "phone": "030 1",
    }
    assert person.company == {"domain": "acme.example"}
    assert person.owner == "Sam"
    assert person.custom == {
        "Owner": "Sam",
        "Created at": "2025-02-01T00:00:00+00:00",
        "Shoe": "38",
    }


def test_what_cannot_be_read_as_its_field_is_kept_under_its_heading():
    person = reader("Email", "Country", "# Employees", "Opt out", "Consent date").read(
        ["a@b.example", "Atlantis", "many", "perhaps", "soon"]
    )

    assert (person.contact, person.company, person.opt_out) == ({}, {}, False)
    assert person.custom == {
        "Country": "Atlantis",
        "# Employees": "many",
        "Opt out": "perhaps",
        "Consent date": "soon",
    }


def test_a_value_that_is_too_long_is_cut_and_kept_whole_aside():
    person = reader("Email", "First Name").read(["a@b.example", "x" * 200])

    assert len(person.contact["first_name"]) == 120
    assert len(person.custom["First Name"]) == 200


def test_several_addresses_in_a_cell_are_kept():
    person = reader("Email").read(["a@b.example; c@d.example"])

    assert person.key == "a@b.example"
    assert person.custom == {"Email": "a@b.example; c@d.example"}


def test_long_notes_are_taken_and_longer_ones_refused():
    row = reader("Email", "Notes")

    assert len(row.read(["a@b.example", "x" * 6000]).contact["notes"]) == 6000
    assert "30,000 characters" in row.read(["a@b.example", "x" * 30_000])


def test_parts_of_a_name_go_before_the_whole():
    person = reader("Email", "First Name", "Full name").read(["a@b.example", "Ann", "Anna Berg"])

    assert person.contact == {"first_name": "Ann", "last_name": "Berg"}


def test_a_list_without_addresses_has_none():
    row = reader("First Name")

    assert not row.has_address
    assert row.email_of(["Anna"]) is None
    assert row.read(["Anna"]) == "There is no e-mail address."


def test_seen_can_forget_what_was_not_kept():
    seen = Seen()
    assert seen.add("a")
    seen.keep()
    assert seen.add("b")
    seen.forget()

    assert (seen.add("a"), seen.add("b"), seen.add("b")) == (False, True, False)


def test_rows_are_laid_over_what_is_known_by_the_policy():
    known = {"city": "Ulm", "title": None, "tags": ["a"], "custom": {"x": 1}}
    given = {"city": "Bonn", "title": "CEO", "tags": ["b"], "custom": {"x": 2, "y": 3}}

    assert laid_over(known, given, "skip") == {}
    assert laid_over(known, given, "fill") == {
        "title": "CEO",
        "tags": ["a", "b"],
        "custom": {"x": 1, "y": 3},
    }
    assert laid_over(known, given, "overwrite") == {
        "city": "Bonn",
        "title": "CEO",
        "tags": ["a", "b"],
        "custom": {"x": 2, "y": 3},
    }


def test_a_number_is_read_with_the_country_wherever_that_stands():
    person = reader("Email", "Phone", "Country").read(["a@b.example", "030 901820", "Germany"])

    assert person.contact["phone"] == "+4930901820"


def test_a_second_column_of_addresses_counts_where_the_first_has_none():
    row = reader("Email", "Personal email")

    both = row.read(["a@b.example", "c@d.example"])
    second = row.read(["", "c@d.example"])
    broken = row.read(["at home", "c@d.example"])

    assert (both.key, both.custom) == ("a@b.example", {"Personal email": "c@d.example"})
    assert (second.key, second.custom) == ("c@d.example", {"Personal email": "c@d.example"})
    assert (broken.key, broken.custom["Email"]) == ("c@d.example", "at home")
    assert row.read(["at home", ""]) == "'at home' is no e-mail address."
    assert row.email_of(["", "c@d.example"]) == "c@d.example"


def test_of_two_columns_that_a_person_calls_addresses_the_better_one_counts():
    headings = ("Contact", "Email", "Shoe")
    wanted = {"Contact": "email", "Email": "email", "Shoe": columns.LEFT_OUT}
    row = people.Reader(columns.applied(headings, columns.guess(headings, ()), wanted))

    both = row.read(["c@d.example", "a@b.example", "38"])
    one = row.read(["c@d.example", "", "38"])

    assert (both.key, both.custom) == ("a@b.example", {"Contact": "c@d.example"})
    assert (one.key, one.custom) == ("c@d.example", {"Contact": "c@d.example"})


def test_an_address_in_a_column_of_names_is_kept_aside():
    person = reader("Email", "First Name").read(["a@b.example", "anna@acme.example"])
    whole = reader("Email", "Full name").read(["a@b.example", "anna@acme.example"])

    assert (person.contact, person.custom) == ({}, {"First Name": "anna@acme.example"})
    assert (whole.contact, whole.custom) == ({}, {"Full name": "anna@acme.example"})


def test_who_opted_out_is_known_by_a_state_or_by_the_whole_list():
    row = reader("Email", "Status", "Opt out")
    whole = reader("Email", opted_out=True)

    assert row.read(["a@b.example", "Unsubscribed", "no"]).opt_out
    assert not row.read(["a@b.example", "Open", "no"]).opt_out
    assert whole.read(["a@b.example"]).opt_out
