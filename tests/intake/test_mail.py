"""Mails as they come, whatever state they are in."""

from datetime import UTC, datetime

import pytest

from core.errors import Invalid
from core.intake import bounces
from core.intake.html_text import text_of
from core.intake.mail import decoded, parse

PLAIN = (
    b"From: =?utf-8?q?Anna_B=C3=A9rg?= <Anna@X.example>\r\n"
    b"To: Sam <sam@a.example>, bea@a.example\r\n"
    b"Subject: =?utf-8?b?R3LDvMOfZQ==?=\r\n =?utf-8?q?_aus?= K\xc3\xb6ln\r\n"
    b"Date: Mon, 2 Mar 2026 10:00:00 +0100\r\n"
    b"Message-ID: <1@x>\r\nIn-Reply-To: <0@a>\r\nReferences: <00@a> <0@a>\r\n\r\nHello\r\n"
)


def multipart(*parts: tuple[str, str], subtype: str = "alternative", extra: str = "") -> bytes:
    body = "".join(f"--b\r\nContent-Type: {kind}\r\n\r\n{text}\r\n" for kind, text in parts)
    head = f'From: a@x.example\r\nContent-Type: multipart/{subtype}; boundary="b"{extra}\r\n\r\n'
    return f"{head}{body}--b--\r\n".encode()


def test_a_mail_is_read_into_plain_values() -> None:
    mail = parse(PLAIN)

    assert (mail.from_name, mail.from_address) == ("Anna Bérg", "anna@x.example")
    assert mail.to_addresses == ("sam@a.example", "bea@a.example")
    assert mail.subject == "Grüße aus Köln"
    assert mail.sent_at == datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert (mail.message_id, mail.in_reply_to) == ("<1@x>", ("<0@a>",))
    assert mail.references == ("<00@a>", "<0@a>")
    assert (mail.text, mail.header("Message-Id")) == ("Hello", "<1@x>")


def test_the_plain_part_is_read_before_the_html_one() -> None:
    assert parse(multipart(("text/html", "<p>html</p>"), ("text/plain", "plain"))).text == "plain"


def test_html_alone_becomes_text() -> None:
    assert parse(multipart(("text/html", "<p>Hi <b>Anna</b></p>"))).text == "Hi Anna"


def test_attachments_are_no_text() -> None:
    raw = multipart(
        ("text/plain", "Hello"),
        ('application/pdf; name="a.pdf"', "x"),
        ('text/html; name="b.html"', "<p>b</p>"),
        subtype="mixed",
    )

    mail = parse(raw)

    assert mail.text == "Hello"
    assert [part.filename for part in mail.parts] == ["", "a.pdf", "b.html"]


@pytest.mark.parametrize(
    ("charset", "content", "text"),
    [
        ("iso-8859-1", "Gr\xfc\xdfe".encode("latin-1"), "Grüße"),
        ("nonsense", "Grüße".encode(), "Grüße"),
        ("us-ascii", "Grüße".encode(), "Grüße"),
        ("windows-1251", "Привет".encode("cp1251"), "Привет"),
    ],
)
def test_words_are_read_in_their_charset_or_a_likely_one(
    charset: str, content: bytes, text: str
) -> None:
    raw = f"From: a@x.example\r\nContent-Type: text/plain; charset={charset}\r\n\r\n".encode()

    assert parse(raw + content).text == text


def test_an_undeclared_charset_is_guessed() -> None:
    assert "Gr" in parse(b"From: a@x.example\r\n\r\nGr\xfc\xdfe aus K\xf6ln").text


@pytest.mark.parametrize(
    "raw", [b"", b"  \r\n", b"Content-Type: multipart/mixed; boundary=a\r\n\r\n" * 1]
)
def test_nothing_is_said_to_be_nothing(raw: bytes) -> None:
    if not raw.strip():
        with pytest.raises(Invalid, match="empty"):
            parse(raw)
    else:
        assert parse(raw).text == ""


@pytest.mark.parametrize(
    "raw",
    [
        b"\xff\xfe\x00",
        b"From: <<<>>>\r\nTo: ,,,@\r\nDate: soon\r\n\r\nx",
        b"Subject: =?utf-8?b?####?=\r\n\r\nx",
        b"Subject: =?klingon?q?x?=\r\n\r\nx",
        b"Content-Type: multipart/mixed\r\n\r\nno boundary",
        b"Content-Type: text/plain; charset*=utf-8''x; name*0*=\"a\r\n\r\nx",
        b"Content-Transfer-Encoding: base64\r\n\r\n!!!!",
        b"Content-Type: message/rfc822\r\n\r\nContent-Type: message/rfc822\r\n\r\nx",
        b"Content-Type: message/delivery-status\r\n\r\nx",
        b"a" * 100_000,
    ],
)
def test_no_mail_breaks_the_reading(raw: bytes) -> None:
    mail = parse(raw)

    assert "\0" not in mail.text
    mail.text.encode()


def test_a_mail_nested_without_end_is_set_aside_or_read() -> None:
    raw = b"Content-Type: message/rfc822\r\n\r\n" * 5000

    with pytest.raises(Invalid, match="nested"):
        parse(raw)


def test_an_address_is_found_in_a_strange_from() -> None:
    assert parse(b"From: Anna at work anna@x.example\r\n\r\nx").from_address == "anna@x.example"


def test_encoded_words_side_by_side_are_one() -> None:
    assert decoded("=?utf-8?q?a?= =?utf-8?q?b?=") == "ab"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ("a<br>b<div>c</div>", "a\nb\nc"),
        ("<script>x</script><style>y</style>a", "a"),
        ("a<blockquote>b<br>c</blockquote>d", "a\n\n> b\n> c\n\nd"),
        ("a<hr>b", "a\n________________________________\nb"),
        ("&lt;b&gt; &amp;&nbsp;x", "<b> & x"),
        ("</blockquote></script>a", "a"),
        ("<![bad", "<![bad"),
    ],
)
def test_html_is_only_ever_text(html: str, text: str) -> None:
    assert text_of(html) == text


def status(*blocks: str) -> bytes:
    return multipart(
        ("text/plain", "It failed."),
        ("message/delivery-status", "Reporting-MTA: dns; x\r\n\r\n" + "\r\n\r\n".join(blocks)),
        subtype="report",
        extra="; report-type=delivery-status",
    )


@pytest.mark.parametrize(
    ("block", "hard", "delayed"),
    [
        ("Final-Recipient: rfc822;anna@x.example\r\nAction: failed\r\nStatus: 5.1.1", True, False),
        (
            "Final-Recipient: rfc822; anna@x.example\r\nAction: failed\r\nStatus: 4.2.2",
            False,
            False,
        ),
        (
            "Final-Recipient: rfc822; anna@x.example\r\nAction: delayed\r\nStatus: 4.4.1",
            False,
            True,
        ),
        ("Final-Recipient: rfc822; <Anna@X.example>\r\nAction: failed", True, False),
        (
            "Original-Recipient: rfc822; anna@x.example\r\n"
            "Final-Recipient: rfc822; box@inner.example\r\nAction: failed\r\nStatus: 5.0.0\r\n"
            "Diagnostic-Code: smtp; 550 5.1.1 no",
            True,
            False,
        ),
    ],
)
def test_a_delivery_status_says_who_and_for_how_long(block: str, hard: bool, delayed: bool) -> None:
    raw = status(block)

    found = bounces.read_bounce(parse(raw), raw)

    assert found is not None
    assert found.addresses == ("anna@x.example",)
    assert (found.hard, found.delayed) == (hard, delayed)


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_a_receipt_is_no_bounce(action: str) -> None:
    raw = status(f"Final-Recipient: rfc822; anna@x.example\r\nAction: {action}\r\nStatus: 2.0.0")

    assert bounces.read_bounce(parse(raw), raw) is None


def test_a_persons_mail_is_no_bounce() -> None:
    raw = b"From: anna@x.example\r\nSubject: Re: Hello\r\n\r\nbert@x.example does not exist, haha."

    assert bounces.read_bounce(parse(raw), raw) is None


def test_a_bounce_of_words_alone_is_read() -> None:
    raw = (
        b"From: postmaster@x.example\r\nSubject: Undeliverable: Hello\r\n\r\n"
        b"Your message to anna@x.example couldn't be delivered.\r\n550 5.1.10 not found"
    )

    found = bounces.read_bounce(parse(raw), raw)

    assert found is not None
    assert (found.addresses, found.hard) == (("anna@x.example",), True)


def test_a_postmasters_letter_is_no_bounce() -> None:
    raw = b"From: postmaster@x.example\r\nSubject: Our new rules\r\n\r\nPlease note them."

    assert bounces.read_bounce(parse(raw), raw) is None


@pytest.mark.parametrize(("subject", "found"), [("Rejected: Hello", True), ("Read: Hello", False)])
def test_a_notice_of_reading_is_a_bounce_only_where_it_rejects(subject: str, found: bool) -> None:
    raw = (
        f"From: x@x.example\r\nSubject: {subject}\r\n"
        "Content-Type: multipart/report; report-type=disposition-notification; boundary=b\r\n\r\n"
        "--b\r\n\r\nYour message to <anna@x.example> was rejected: unknown user\r\n--b--\r\n"
    ).encode()

    assert (bounces.read_bounce(parse(raw), raw) is not None) is found


def arf(report: str, original: str = "") -> bytes:
    return multipart(
        ("text/plain", "A complaint."),
        ("message/feedback-report", report),
        ("message/rfc822", original + "\r\n\r\nx"),
        subtype="report",
        extra="; report-type=feedback-report",
    )


def test_a_complaint_names_the_person_and_our_mail() -> None:
    mail = parse(
        arf(
            "Feedback-Type: abuse\r\nOriginal-Rcpt-To: <Anna@X.example>",
            "Message-ID: <1@a>\r\nTo: anna@x.example",
        )
    )

    found = bounces.read_complaint(mail)

    assert found is not None
    assert (found.addresses, found.message_id, found.feedback) == (
        ("anna@x.example",),
        "<1@a>",
        "abuse",
    )


def test_a_complaint_without_a_name_is_read_from_our_mail() -> None:
    found = bounces.read_complaint(parse(arf("Version: 1", "To: Anna <anna@x.example>")))

    assert found is not None
    assert found.addresses == ("anna@x.example",)


def test_not_spam_is_no_complaint() -> None:
    assert bounces.read_complaint(parse(arf("Feedback-Type: not-spam"))) is None
    assert bounces.read_complaint(parse(PLAIN)) is None
