"""What simulated people write. Placeholders: {us} our first name, {me} theirs, {day} a date,
{colleague}, {colleague_address}, {new_address}, {company}.
"""

from collections.abc import Mapping, Sequence

from core.simulation.people import Temperament

SAYINGS: Mapping[Temperament, Mapping[str, Sequence[str]]] = {
    Temperament.INTERESTED: {
        "en": (
            "Hi {us},\n\nthis is interesting, we have been looking at exactly this. Please send me "
            "more details and some prices.",
            "Hello {us},\n\nsounds good. Could you send over some more information?",
            "Yes, I would like to know more. What would the first month look like?",
        ),
        "de": (
            "Guten Tag,\n\ndas klingt interessant. Schicken Sie mir gern weitere Informationen.",
            "Hallo,\n\nwir haben Interesse. Bitte senden Sie mir mehr Details zu.",
        ),
        "fr": ("Bonjour,\n\ncela m'intéresse. Pouvez-vous m'envoyer plus d'informations ?",),
        "es": ("Hola,\n\nme interesa. ¿Podría enviarme más información?",),
        "it": ("Buongiorno,\n\nsono interessato. Mi può mandare maggiori informazioni?",),
        "nl": ("Goedemiddag,\n\ndit klinkt interessant. Kunt u mij meer informatie sturen?",),
        "pt": ("Olá,\n\ntenho interesse. Pode enviar-me mais informações?",),
        "sv": ("Hej,\n\ndet låter intressant. Kan du skicka mer information?",),
    },
    Temperament.MEETING: {
        "en": (
            "Hi {us},\n\nhappy to talk. Can we do a call on {day} at 10:00?",
            "Let's set up a meeting. Does {day} work for you? Half an hour is enough.",
            "Sure, please send me an invite for {day}, any time in the afternoon.",
        ),
        "de": (
            "Guten Tag,\n\ngern. Können wir am {day} um 10 Uhr telefonieren?",
            "Hallo,\n\nlassen Sie uns einen Termin vereinbaren. Passt Ihnen der {day}?",
        ),
        "fr": ("Bonjour,\n\nvolontiers. Pouvons-nous fixer un rendez-vous le {day} à 10h ?",),
        "es": ("Hola,\n\n¿podemos agendar una reunión el {day} a las 10?",),
        "it": ("Buongiorno,\n\npossiamo fissare un appuntamento il {day} alle 10?",),
        "nl": ("Hoi,\n\nlaten we een afspraak plannen. Komt {day} om 10 uur uit?",),
        "pt": ("Olá,\n\npodemos marcar uma reunião no dia {day} às 10h?",),
        "sv": ("Hej,\n\nkan vi boka ett möte den {day} kl. 10?",),
    },
    Temperament.QUESTION: {
        "en": (
            "Hi {us},\n\nhow does this work with the tools we already have?",
            "What does it cost for a team of our size?",
            "Do you have references in our industry? And who would do the work?",
        ),
        "de": ("Guten Tag,\n\nwas kostet das für ein Unternehmen unserer Größe?",),
        "fr": ("Bonjour,\n\ncombien cela coûte-t-il pour une entreprise comme la nôtre ?",),
        "es": ("Hola,\n\n¿cuánto cuesta para una empresa de nuestro tamaño?",),
    },
    Temperament.NOT_NOW: {
        "en": (
            "Hi {us},\n\nnot right now, our budget for this year is spent. Please get back to me "
            "on {day}.",
            "The timing is not good at the moment. Could you reach out again on {day}?",
        ),
        "de": ("Guten Tag,\n\naktuell leider nicht. Melden Sie sich gern wieder am {day}.",),
        "fr": ("Bonjour,\n\nce n'est pas le bon moment. Merci de me recontacter le {day}.",),
    },
    Temperament.NOT_INTERESTED: {
        "en": (
            "Thanks, but we are not interested.",
            "Hi {us},\n\nno thank you, we do this in-house and are happy with it. Not interested.",
            "Not a fit for us, sorry.",
        ),
        "de": ("Guten Tag,\n\nvielen Dank, aber wir haben kein Interesse.",),
        "fr": ("Bonjour,\n\nmerci, mais nous ne sommes pas intéressés.",),
        "es": ("Gracias, pero no nos interesa.",),
        "it": ("Grazie, ma non siamo interessati.",),
        "nl": ("Bedankt, maar wij hebben geen interesse.",),
        "pt": ("Obrigado, mas não temos interesse.",),
        "sv": ("Tack, men vi är inte intresserade.",),
    },
    Temperament.WRONG_PERSON: {
        "en": (
            "Hi {us},\n\nI am not the right person for this, marketing is not my area.",
            "You have the wrong person, I do not deal with this.",
        ),
        "de": ("Guten Tag,\n\ndafür bin ich nicht der richtige Ansprechpartner.",),
    },
    Temperament.REFERRAL: {
        "en": (
            "Hi {us},\n\nplease talk to my colleague {colleague} ({colleague_address}), who looks "
            "after this for us.",
            "The right contact for this is {colleague}, {colleague_address}. I have told them.",
        ),
        "de": (
            "Guten Tag,\n\nbitte wenden Sie sich an meine Kollegin oder meinen Kollegen "
            "{colleague} ({colleague_address}).",
        ),
    },
    Temperament.LEFT_COMPANY: {
        "en": (
            "{me} no longer works at {company}. Please write to {colleague} at "
            "{colleague_address} instead.",
            "Thank you for your mail. I have left {company}. This mailbox is not read any more.",
        ),
        "de": ("{me} ist nicht mehr bei {company} tätig. Ihre Nachricht wird nicht gelesen.",),
    },
    Temperament.OPT_OUT_REPLY: {
        "en": (
            "Please remove me from your list.",
            "Unsubscribe.",
            "Stop emailing me please.",
        ),
        "de": ("Bitte nehmen Sie mich aus Ihrem Verteiler. Keine weiteren E-Mails.",),
        "fr": ("Merci de me désinscrire de votre liste.",),
        "es": ("Por favor, deme de baja de su lista.",),
        "nl": ("Graag afmelden voor deze mails.",),
    },
    Temperament.OUT_OF_OFFICE: {
        "en": (
            "Thank you for your message. I am out of the office and will be back on {day}. In "
            "urgent cases please contact {colleague_address}.",
        ),
        "de": (
            "Vielen Dank für Ihre Nachricht. Ich bin nicht im Büro und ab dem {day} wieder "
            "erreichbar. Ihre E-Mail wird nicht weitergeleitet.",
        ),
        "fr": ("Bonjour,\n\nje suis absent du bureau et de retour le {day}.",),
        "es": ("Estoy fuera de la oficina y volveré el {day}.",),
        "it": ("Sono fuori ufficio e rientrerò il {day}.",),
        "pt": ("Estou fora do escritório e regresso no dia {day}.",),
        "nl": ("Ik ben afwezig en ben weer bereikbaar vanaf {day}.",),
        "sv": ("Jag är inte på kontoret och är tillbaka den {day}.",),
    },
}

AWAY_SUBJECTS: Mapping[str, str] = {
    "en": "Automatic reply: {subject}",
    "de": "Automatische Antwort: {subject}",
    "fr": "Réponse automatique : {subject}",
    "es": "Respuesta automática: {subject}",
    "it": "Risposta automatica: {subject}",
    "pt": "Resposta automática: {subject}",
    "nl": "Automatisch antwoord: {subject}",
    "sv": "Autosvar: {subject}",
}

QUOTED: Mapping[str, str] = {
    "en": "On {when}, {sender} wrote:",
    "de": "Am {when} schrieb {sender}:",
    "fr": "Le {when}, {sender} a écrit :",
    "es": "El {when}, {sender} escribió:",
    "it": "Il giorno {when} {sender} ha scritto:",
    "nl": "Op {when} schreef {sender}:",
    "pt": "Em {when}, {sender} escreveu:",
    "sv": "Den {when} skrev {sender}:",
}

GREETINGS: Mapping[str, str] = {
    "en": "Best regards",
    "de": "Mit freundlichen Grüßen",
    "fr": "Cordialement",
    "es": "Un saludo",
    "it": "Cordiali saluti",
    "nl": "Met vriendelijke groet",
    "pt": "Com os melhores cumprimentos",
    "sv": "Med vänlig hälsning",
}

DATES: Mapping[str, str] = {
    "en": "{day} {month} {year}",
    "de": "{day}. {month} {year}",
    "fr": "{day} {month} {year}",
    "es": "{day} de {month} de {year}",
    "it": "{day} {month} {year}",
    "nl": "{day} {month} {year}",
    "pt": "{day} de {month} de {year}",
    "sv": "{day} {month} {year}",
}

MONTHS: Mapping[str, Sequence[str]] = {
    language: names.split()
    for language, names in {
        "en": "January February March April May June July August September October November "
        "December",
        "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre "
        "décembre",
        "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre "
        "diciembre",
        "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre "
        "novembre dicembre",
        "nl": "januari februari maart april mei juni juli augustus september oktober november "
        "december",
        "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro "
        "dezembro",
        "sv": "januari februari mars april maj juni juli augusti september oktober november "
        "december",
    }.items()
}
