"""What bounces say in words."""

import pytest

from core.domain import bounces

POSTFIX = (
    "This is the mail system at host mx.agency.example.\n\n"
    "I'm sorry to have to inform you that your message could not be delivered.\n\n"
    "<anna@x.example>: host mx.x.example[192.0.2.1] said: {said}\n"
)


@pytest.mark.parametrize(
    ("said", "hard", "basic", "enhanced"),
    [
        ("550 5.1.1 no such user", True, "550", "5.1.1"),
        ("450 4.2.1 try later", False, "450", "4.2.1"),
        ("552 mailbox full", True, "552", None),
        ("Connection timed out", False, None, None),
        ("No route to\n    host", False, None, None),
        ("user unknown", True, None, None),
        ("retry timeout exceeded", True, None, None),
    ],
)
def test_codes_decide_and_then_words(
    said: str, hard: bool, basic: str | None, enhanced: str | None
) -> None:
    found = bounces.read_words(POSTFIX.format(said=said))

    assert found is not None
    assert found.addresses == ("anna@x.example",)
    assert (found.hard, found.basic, found.enhanced) == (hard, basic, enhanced)


@pytest.mark.parametrize(
    "text",
    [
        "Your message to anna@x.example couldn't be delivered.\nanna wasn't found at x.example.",
        "Uw bericht kan niet worden bezorgd bij de volgende geadresseerden:\n\nanna@x.example\n",
        "Delivery has failed to these recipients:\n\n    anna@x.example\n",
        "The address Anna <anna@x.example> is unknown. Write to postmaster@x.example.",
        "   ----- failed -----\nRCPT To:<anna@x.example>\n<<< 550 no",
        "Final-Recipient: rfc822; anna@x.example\nStatus: 5.1.1",
    ],
)
def test_the_recipient_is_found_where_it_stands(text: str) -> None:
    assert bounces.recipients(text) == ("anna@x.example",)


def test_our_own_addresses_and_postmasters_never_bounced() -> None:
    text = "<sam@agency.example>: no\n<postmaster@x.example>: no\n<d...x@x.example>"

    assert bounces.recipients(text, frozenset({"sam@agency.example"})) == ()
    assert bounces.read_words("It failed.") is None


def test_the_mail_that_came_back_is_not_read() -> None:
    text = POSTFIX.format(said="550 5.1.1 no") + (
        "\n--- Below this line is a copy of the message.\n\n<bert@x.example>: hello 421\n"
    )

    found = bounces.read_words(text)

    assert found is not None
    assert found.addresses == ("anna@x.example",)


def test_a_number_alone_is_no_code() -> None:
    assert bounces.codes("550\n") == (None, None)


def test_a_delay_is_no_end() -> None:
    found = bounces.read_words(POSTFIX.format(said="delayed; will be retried until tomorrow"))

    assert found is not None
    assert (found.hard, found.delayed) == (False, True)


def test_a_report_without_a_telling_line_gives_its_beginning() -> None:
    found = bounces.read_words("Message delayed for anna@x.example, still trying.")

    assert found is not None
    assert found.reason.startswith("Message delayed")


def test_only_what_speaks_of_delivery_sounds_like_a_bounce() -> None:
    assert bounces.sounds_like_bounce("Undeliverable: Hello")
    assert not bounces.sounds_like_bounce("Shall we meet on Monday?")


@pytest.mark.parametrize(
    ("bounced", "sent", "many"), [(5, 5, False), (2, 100, False), (5, 100, True), (50, 100, True)]
)
def test_too_many_bounces_is_a_share_of_enough_mail(bounced: int, sent: int, many: bool) -> None:
    assert bounces.too_many(bounced, sent) is many
