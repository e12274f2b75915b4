"""Merge fields, variants, and the HTML of a text."""

import pytest

from core.domain import templates
from core.domain.templates import Wording


def test_known_fields_are_those_of_the_list_and_custom_ones() -> None:
    assert templates.is_known("first_name")
    assert templates.is_known("custom_event")
    assert not templates.is_known("custom_")
    assert not templates.is_known("password")


def test_a_custom_columns_name_becomes_a_field() -> None:
    assert templates.custom_name(" Event attended? ") == "custom_event_attended"


def test_fields_are_found_once_in_their_order() -> None:
    assert templates.fields_used("{{ b }} {{a|upper}}", "{{- b }}") == ("b", "a")


def test_a_message_keeps_its_variant() -> None:
    wordings = [Wording(n, label, "s", "b") for n, label in enumerate("CABDEF")]

    chosen = [templates.variant_for(f"1:{n}:1", wordings) for n in range(200)]

    assert {one.label for one in chosen if one} == set("ABCDE")
    assert templates.variant_for("1:1:1", wordings) == templates.variant_for("1:1:1", wordings)
    assert templates.variant_for("1:1:1", []) is None


@pytest.mark.parametrize(
    "subject", ["Hello", "Re: Hello", "RE: AW: Re: Hello", "SV: Hello", "Re[2]: Hello"]
)
def test_an_answer_has_one_re(subject: str) -> None:
    assert templates.reply_subject(subject) == "Re: Hello"
    assert templates.bare_subject(subject) == "Hello"


def test_html_escapes_all_but_makes_links() -> None:
    html = templates.html_of("Hi <b>\nthere\n\nsee https://x.example/a?b=1&c=2.\r\n")

    assert html == (
        "<p>Hi &lt;b&gt;<br>there</p>\n"
        '<p>see <a href="https://x.example/a?b=1&amp;c=2">https://x.example/a?b=1&amp;c=2</a>.</p>'
    )
