import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain import addresses


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Anna.Berg@Example.COM ", "anna.berg@example.com"),
        ("<anna@example.com>", "anna@example.com"),
        ("mailto:anna@example.com", "anna@example.com"),
        ("ａｎｎａ@example.com", "anna@example.com"),
        ("anna@bücher.example", "anna@xn--bcher-kva.example"),
        ("anna@XN--BCHER-KVA.example", "anna@xn--bcher-kva.example"),
        ("anna@example.com.", "anna@example.com"),
        ("anna@例え。example", "anna@xn--r8jz45g.example"),
        ("jürgen@example.com", "jürgen@example.com"),
        ("o'neil@example.com", "o'neil@example.com"),
    ],
)
def test_an_address_has_one_spelling(text, key):
    assert addresses.normalise(text) == key


@pytest.mark.parametrize(
    "text",
    [
        "",
        "anna",
        "@example.com",
        "anna@",
        "anna@example",
        "anna@@example.com",
        "an na@example.com",
        "anna@example.com, ben@example.com",
        ".anna@example.com",
        "anna.@example.com",
        "an..na@example.com",
        "anna@-example.com",
        "anna@exa_mple.com",
        "anna@example..com",
        "a" * 65 + "@example.com",
        "a@" + "b" * 400 + ".com",
        "a@" + ".".join(["abcdefgh"] * 34) + ".com",
        "anna\x00@example.com",
        "anna@\ud800.com",
    ],
)
def test_what_has_not_the_shape_of_an_address_has_no_key(text):
    assert addresses.normalise(text) is None


@given(st.text(max_size=80))
def test_normalising_twice_changes_nothing_and_nothing_breaks_it(text):
    key = addresses.normalise(text)

    assert key is None or addresses.normalise(key) == key


@given(st.emails())
def test_common_addresses_have_a_key_whatever_their_case(email):
    key = addresses.normalise(email)

    assert key is None or addresses.normalise(email.swapcase().swapcase()) == key


def test_an_address_is_split_into_its_parts():
    address = addresses.split("anna@mail.example.com")

    assert (address.local, address.domain) == ("anna", "mail.example.com")


@pytest.mark.parametrize("local", ["info", "sales", "vertrieb", "no-reply", "sales.emea", "hr+eu"])
def test_a_shared_mailbox_is_known_by_its_name(local):
    assert addresses.is_role(f"{local}@example.com")


@pytest.mark.parametrize("local", ["anna", "salesman", "informatica", "anna.info"])
def test_a_person_is_no_shared_mailbox(local):
    assert not addresses.is_role(f"{local}@example.com")


def test_free_mail_is_known_by_its_domain():
    assert addresses.is_free("anna@gmail.com")
    assert not addresses.is_free("anna@example.com")


@pytest.mark.parametrize(
    ("key", "suspected"),
    [
        ("a.n.na+list@googlemail.com", "anna@gmail.com"),
        ("anna.b+x@outlook.com", "anna.b@outlook.com"),
        ("anna-list@yahoo.com", "anna@yahoo.com"),
        ("+tag@gmail.com", "+tag@gmail.com"),
        ("anna.b+x@example.com", "anna.b+x@example.com"),
    ],
)
def test_the_same_mailbox_is_suspected_by_the_rules_of_its_provider(key, suspected):
    assert addresses.suspected_key(key) == suspected
