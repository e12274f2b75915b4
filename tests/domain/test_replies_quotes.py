"""What a person wrote anew."""

import pytest

from core.domain.replies_quotes import visible_text, without_closing

INTROS = [
    "On Mon, 2 Mar 2026 at 10:00, Sam Sales <sam@agency.example> wrote:",
    "On Mon, 2 Mar 2026 at 10:00, Sam Sales <\nsam@agency.example> wrote:",
    "Am Mo., 2. März 2026 um 10:00 Uhr schrieb Sam Sales <sam@agency.example>:",
    "Le lun. 2 mars 2026 à 10:00, Sam Sales <sam@agency.example> a écrit :",
    "El lun, 2 mar 2026 a las 10:00, Sam Sales (<sam@agency.example>) escribió:",
    "Il giorno lun 2 mar 2026 alle ore 10:00 Sam Sales <sam@agency.example> ha scritto:",
    "Em seg., 2 de mar. de 2026 às 10:00, Sam Sales <sam@agency.example> escreveu:",
    "Op ma 2 mrt 2026 om 10:00 schreef Sam Sales <sam@agency.example>:",
    "Den mån 2 mars 2026 kl 10:00 skrev Sam Sales <sam@agency.example>:",
    '02.03.2026, 10:00, "Sam Sales" <sam@agency.example>:',
    '10:00 AM, March 2, 2026, "Sam - Agency":',
    "-----Original Message-----",
    "-----Ursprüngliche Nachricht-----",
    "-------- Message d'origine --------",
    "________________________________",
    "Begin forwarded message:",
    "Message du : 02/03/2026",
    "From: Sam Sales <sam@agency.example>\nSent: Monday, 2 March 2026 10:00\nTo: Anna",
    "*Von:* Sam Sales\n*Gesendet:* Montag, 2. März 2026\n*An:* Anna",
    "Van: Sam\nVerzonden: maandag 2 maart 2026\nAan: Anna",
    "Från: Sam\nSkickat: den 2 mars 2026\nTill: Anna",
    "De : Sam\nEnvoyé : lundi 2 mars 2026\nÀ : Anna",
]
SIGNATURES = [
    "-- \nAnna Berg",
    "Sent from my iPhone",
    "Von meinem iPhone gesendet",
    "Envoyé de mon iPhone",
    "Enviado desde mi iPhone",
    "Inviato da iPhone",
    "Enviado do meu iPhone",
    "Verzonden vanaf mijn iPhone",
    "Skickat från min iPhone",
    "Get Outlook for iOS",
]


@pytest.mark.parametrize("intro", INTROS)
def test_the_quoted_mail_is_cut(intro: str) -> None:
    assert visible_text(f"Yes, gladly.\n\n{intro}\n\nThe old words.") == "Yes, gladly."


@pytest.mark.parametrize("signature", SIGNATURES)
def test_a_signature_is_cut(signature: str) -> None:
    assert visible_text(f"Yes, gladly.\n\n{signature}\nmore") == "Yes, gladly."


def test_an_answer_below_the_quote_is_kept() -> None:
    text = "On Mon, 2 Mar 2026, Sam <s@x.example> wrote:\n> old words\n\nYes, gladly.\n-- \nAnna"

    assert visible_text(text) == "Yes, gladly."


def test_answers_between_quoted_lines_are_kept() -> None:
    assert visible_text("> Do you want it?\nYes.\n> When?\nMonday.") == "Yes.\nMonday."


def test_nothing_but_a_quote_is_nothing() -> None:
    assert visible_text("On Mon, 2 Mar 2026, Sam <s@x.example> wrote:\nold words") == ""


@pytest.mark.parametrize(
    "text",
    [
        "On Monday I wrote to you about it.",
        "From: what I hear, it is good.\n\nAnna",
        "We met on 2 March. Best, A",
        "On second thoughts " + "x" * 500 + "\nwrote:",
        "On it.\n> quoted",
        "one\ntwo\nthree\nfour\nfive\nsix",
    ],
)
def test_plain_sentences_are_no_quotes(text: str) -> None:
    assert visible_text(text).startswith(text[:6])


def test_lines_of_dashes_before_a_quote_go_too() -> None:
    assert visible_text("Yes.\n\n====\n\nMessage du : 02/03/2026\nold") == "Yes."


@pytest.mark.parametrize("closing", ["Best regards,", "Viele Grüße", "Cordialement,", "Mvh"])
def test_what_stands_below_the_closing_says_no_intent(closing: str) -> None:
    assert without_closing(f"Hello\n\n{closing}\nAnna, Meeting Director") == "Hello"


def test_a_closing_alone_stays() -> None:
    assert without_closing("Thanks") == "Thanks"
    assert without_closing("\nThanks") == "\nThanks"
