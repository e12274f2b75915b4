"""What a reply wants, in eight languages."""

from datetime import date

import pytest

from core.domain import replies
from core.domain.replies import Referred
from core.domain.states import IntentLayer, ReplyIntent

RECEIVED = date(2026, 3, 2)
SAID = [
    ("interested", "Yes, I would like to know more. What would the first month look like?"),
    ("unsubscribe", "Por favor, deme de baja de su lista."),
    ("meeting", "Kan je me volgende week bellen?"),
    ("interested", "Sounds interesting, please send me more details."),
    ("meeting", "Sure, let's talk. How about Tuesday at 10am?"),
    ("question", "What does it cost for a team of 20?"),
    ("not_now", "Not right now, please get back to me in September."),
    ("not_interested", "Thanks, but we are not interested."),
    ("wrong_person", "I'm not the right person for this."),
    (
        "referral",
        "I'm not the right person. Please contact my colleague Tom Weber (tom.weber@acme.de).",
    ),
    ("left_company", "Anna no longer works here."),
    ("unsubscribe", "Please remove me from your list."),
    ("out_of_office", "I am out of the office until March 12."),
    ("interested", "Klingt spannend, schicken Sie mir gerne mehr Informationen."),
    ("meeting", "Gerne, wie wäre es mit einem Telefonat am Donnerstag?"),
    ("not_interested", "Wir haben leider keinen Bedarf."),
    ("unsubscribe", "Bitte löschen Sie mich aus Ihrem Verteiler."),
    ("not_now", "Aktuell nicht, bitte melden Sie sich im Herbst wieder."),
    ("referral", "Bitte wenden Sie sich an Frau Petra Klein, p.klein@acme.de"),
    ("left_company", "Herr Meier ist nicht mehr in unserem Unternehmen tätig."),
    ("question", "Was kostet das?"),
    ("interested", "Oui, cela m'intéresse, envoyez-moi plus d'informations."),
    ("not_interested", "Non merci, pas intéressé."),
    ("unsubscribe", "Merci de ne plus me contacter."),
    ("meeting", "Pouvons-nous nous parler jeudi ?"),
    ("not_now", "Pas pour le moment, recontactez-moi en juin."),
    ("interested", "Me interesa, envíeme más información."),
    ("not_interested", "No nos interesa, gracias."),
    ("unsubscribe", "Por favor, quiero darme de baja."),
    ("meeting", "Podemos reunirnos el martes."),
    ("not_interested", "Non siamo interessati."),
    ("unsubscribe", "Cancellatemi dalla lista."),
    ("meeting", "Fissiamo un appuntamento per mercoledì."),
    ("not_now", "Al momento no, risentiamoci a settembre."),
    ("not_interested", "Não temos interesse, obrigado."),
    ("unsubscribe", "Por favor remova meu email."),
    ("not_interested", "Geen interesse, bedankt."),
    ("unsubscribe", "Graag uitschrijven."),
    ("meeting", "Zullen we volgende week bellen?"),
    ("not_interested", "Nej tack, inte intresserade."),
    ("unsubscribe", "Ta bort mig från listan."),
    ("interested", "Låter intressant, skicka gärna mer information."),
    ("unclear", "Ok."),
    ("question", "Where did you get my address?"),
    ("not_now", "We have no budget this year. Try again in January."),
    ("interested", "Yes please!"),
    ("not_interested", "We already work with an agency and are happy."),
    ("left_company", "I have left the company. Please contact jane.doe@acme.com."),
    ("not_now", "I'm busy this week, write me next month."),
    ("out_of_office", "Jag är på semester till den 15 mars."),
    ("not_now", "Malheureusement ce n'est pas le bon moment."),
    ("wrong_person", "Je ne suis pas la bonne personne."),
    ("meeting", "Here is my calendar: https://calendly.com/x"),
    ("meeting", "Call me on 0171 123456."),
    ("not_interested", "Not for us."),
    ("referral", "You should speak to John Smith, our Head of Growth."),
    ("referral", "Ik ben niet de juiste persoon, neem contact op met Jan de Vries (jan@x.nl)"),
]


def read(text: str, subject: str = "Re: Hello", **given: object) -> replies.Reading:
    return replies.read(subject, text, received=RECEIVED, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(("intent", "text"), SAID)
def test_an_intent_is_read_from_its_words(intent: str, text: str) -> None:
    reading = read(text)

    assert reading.intent == intent
    assert 0 < reading.confidence <= 1
    assert reading.evidence


@pytest.mark.parametrize(
    "headers",
    [
        {"auto-submitted": "auto-replied"},
        {"x-autoreply": "yes"},
        {"precedence": "auto_reply"},
        {"x-auto-response-suppress": "All", "subject": "Automatic reply: Hello"},
        {"x-auto-response-suppress": "OOF", "x-ms-exchange-generated-message-source": "x"},
    ],
)
def test_machines_say_so_in_their_headers(headers: dict[str, str]) -> None:
    reading = read("Thank you.", headers=headers)

    assert (reading.intent, reading.layer) == (ReplyIntent.AUTO_REPLY, IntentLayer.HEADERS)


@pytest.mark.parametrize(
    "headers", [{"auto-submitted": "no"}, {"x-auto-response-suppress": "All"}, {}]
)
def test_people_are_no_machines(headers: dict[str, str]) -> None:
    assert not replies.is_automatic(headers, "anna@x.example")


def test_an_address_that_takes_no_answers_is_a_machine() -> None:
    assert replies.is_automatic({}, "no-reply@x.example")


def test_an_absence_in_the_subject_is_enough() -> None:
    reading = read("Back on 16 March.", subject="Out of office: Re: Hello")

    assert (reading.intent, reading.day) == (ReplyIntent.OUT_OF_OFFICE, date(2026, 3, 16))


def test_an_absence_without_a_date_has_none() -> None:
    assert read("I am on vacation.").day is None
    assert read("", subject="Abwesenheitsnotiz").intent is ReplyIntent.OUT_OF_OFFICE


def test_a_receipt_is_an_automatic_answer_by_its_words() -> None:
    reading = read("We have received your message. Your ticket number is 12.")

    assert (reading.intent, reading.layer) == (ReplyIntent.AUTO_REPLY, IntentLayer.RULES)


def test_an_automatic_reply_of_unknown_words_keeps_its_subject() -> None:
    reading = read("...", subject="Automatic reply: Hello")

    assert (reading.intent, reading.evidence) == (
        ReplyIntent.AUTO_REPLY,
        "Automatic reply: Hello",
    )


def test_an_automatic_answer_that_says_who_left_is_no_absence() -> None:
    headers = {"auto-submitted": "auto-replied"}

    reading = read("Anna has left the company. Please contact bea@x.example.", headers=headers)

    assert reading.intent is ReplyIntent.LEFT_COMPANY
    assert reading.referred == Referred(None, "bea@x.example")


@pytest.mark.parametrize("text", ["STOP", "unsubscribe", "Abmelden!"])
def test_one_word_is_enough_to_opt_out(text: str) -> None:
    assert read(text).intent is ReplyIntent.UNSUBSCRIBE


def test_the_mail_of_a_mail_program_opts_out() -> None:
    assert read("", subject="unsubscribe").intent is ReplyIntent.UNSUBSCRIBE
    assert read("x", unsubscribing=True).intent is ReplyIntent.UNSUBSCRIBE


def test_a_wish_is_stronger_than_an_absence() -> None:
    assert read("I am on holiday, but sounds interesting!").intent is ReplyIntent.INTERESTED


def test_an_absence_is_stronger_than_a_pointer() -> None:
    text = "I am on vacation. What is urgent? Ask my colleague Tom Weber."

    assert read(text).intent is ReplyIntent.OUT_OF_OFFICE


def test_a_later_date_is_kept() -> None:
    assert read("Not right now, try again in September.").day == date(2026, 9, 1)


@pytest.mark.parametrize(
    ("text", "referred"),
    [
        ("Please contact Tom Weber, tom@x.example", Referred("Tom Weber", "tom@x.example")),
        ("Please contact tom@x.example", Referred(None, "tom@x.example")),
        ("Please speak to Jan de Vries", Referred("Jan de Vries", None)),
        ("Please speak to Kind Regards", None),
        ("Nobody. anna@x.example", None),
    ],
)
def test_a_named_person_is_found(text: str, referred: Referred | None) -> None:
    assert replies.referred_in(text, sender="anna@x.example") == referred


def test_a_pointer_without_a_person_is_no_referral() -> None:
    assert read("Please ask them.").intent is not ReplyIntent.REFERRAL
