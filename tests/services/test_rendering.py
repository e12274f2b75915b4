"""Templates in the sandbox."""

import pytest

from core.errors import Invalid
from core.services import rendering
from core.services.rendering import Footer

VALUES = {"first_name": "Anna", "company": "", "title": None, "custom_event": "Fair"}


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("Hi {{ first_name }}", "Hi Anna"),
        ("{{ first_name | upper }}", "ANNA"),
        ("{{ company | default('your firm') }}", "your firm"),
        ("{{ title or 'there' }}", "there"),
        ("{% if company %}a{% elif title is defined %}b{% else %}c{% endif %}", "c"),
        ("At {{ custom_event }}", "At Fair"),
        ("{% raw %}{{ x }}{% endraw %}", "{{ x }}"),
    ],
)
def test_fields_filters_and_conditions_work(body: str, text: str) -> None:
    assert rendering.render("s", body, VALUES).text == text


def test_a_missing_field_is_named_and_nothing_is_rendered() -> None:
    rendered = rendering.render("For {{ company }}", "{{ title }} {{ first_name }}", VALUES)

    assert rendered == rendering.Rendered("", "", ("company", "title"))


def test_values_are_never_read_as_templates() -> None:
    rendered = rendering.render("{{ first_name }}", "{{ first_name }}", {"first_name": "{{ 7*7 }}"})

    assert rendered.text == "{{ 7*7 }}"


def test_a_subject_is_one_line() -> None:
    assert rendering.render("a\r\nBcc: {{ first_name }}", "b", VALUES).subject == "a Bcc: Anna"


@pytest.mark.parametrize(
    "body",
    [
        "{{ first_name.__class__.__mro__ }}",
        "{{ ''.__class__ }}",
        "{{ first_name|attr('__class__') }}",
        "{{ first_name['__class__'] }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ self }}",
        "{{ range(10**9) }}",
        "{% for x in first_name %}x{% endfor %}",
        "{{ 'a' * 10**9 }}",
        "{{ first_name ~ first_name }}",
        "{% set a = 1 %}",
        "{% include 'x' %}",
        "{% macro m() %}{% endmacro %}",
        "{{ first_name | replace('a', 'aaaa') }}",
        "{{ first_name is sameas 1 }}",
        "{{ nonsense }}",
        "{{ first_name",
        "{{" + "(" * 3000,
        "{% if first_name %}" * 600,
        "x" * 20_001,
    ],
    ids=lambda body: body[:24],
)
def test_what_is_no_merge_field_is_refused_with_a_sentence(body: str) -> None:
    with pytest.raises(Invalid) as refused:
        rendering.check("s", body)
    assert refused.value.sentence.endswith(".")


def test_an_unknown_field_is_named_with_those_that_are_known() -> None:
    with pytest.raises(Invalid, match=r"“surname” is unknown\. Known fields: first_name"):
        rendering.check("{{ surname }}", "x")


def test_a_text_that_grows_too_long_is_refused() -> None:
    with pytest.raises(Invalid, match="too long"):
        rendering.render("s", "{{ first_name }}" * 20, {"first_name": "x" * 10_000})


def test_fields_are_told() -> None:
    assert rendering.check("{{ first_name }}", "{{ company }}{{ first_name }}") == (
        "first_name",
        "company",
    )


def test_both_parts_carry_the_footer() -> None:
    footer = Footer("Acme <Ltd>", "1 Main Street\n\n10115 Berlin", "https://a.example/u/x?a=1&b=2")

    text, html = rendering.with_footer("Hi", footer)

    assert text.endswith(
        "--\nAcme <Ltd>, 1 Main Street, 10115 Berlin\nUnsubscribe: https://a.example/u/x?a=1&b=2"
    )
    assert "Acme &lt;Ltd&gt;, 1 Main Street, 10115 Berlin" in html
    assert 'href="https://a.example/u/x?a=1&amp;b=2"' in html


def test_an_answer_has_no_footer() -> None:
    assert rendering.with_footer("Hi", None)[0] == "Hi"
