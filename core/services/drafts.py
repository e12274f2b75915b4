"""First lines of answers for a person to finish: plain, in the lead's language, claiming
nothing.
"""

from core.domain.states import ReplyIntent

_TEXTS: dict[str, dict[ReplyIntent, str]] = {
    "en": {
        ReplyIntent.INTERESTED: "Hi{name},\n\nthank you for your answer. I am glad that it is of "
        "interest.\n\nShall we talk for 15 minutes this week? Which day suits you?",
        ReplyIntent.MEETING: "Hi{name},\n\nthank you, I would be glad to.\n\nWhich time suits you "
        "best? I will send an invitation right away.",
        ReplyIntent.QUESTION: "Hi{name},\n\nthank you for your question. It is answered "
        "best in a short talk: do you have ten minutes this week?",
    },
    "de": {
        ReplyIntent.INTERESTED: "Hallo{name},\n\nvielen Dank für Ihre Antwort, das freut mich.\n\n"
        "Wollen wir diese Woche 15 Minuten telefonieren? Welcher Tag passt Ihnen?",
        ReplyIntent.MEETING: "Hallo{name},\n\nvielen Dank, sehr gern.\n\nWelche Uhrzeit passt "
        "Ihnen am besten? Ich schicke Ihnen gleich eine Einladung.",
        ReplyIntent.QUESTION: "Hallo{name},\n\nvielen Dank für Ihre Frage. Am besten klären "
        "wir das kurz am Telefon: Haben Sie diese Woche zehn Minuten?",
    },
    "fr": {
        ReplyIntent.INTERESTED: "Bonjour{name},\n\nmerci pour votre réponse.\n\nPouvons-nous "
        "échanger 15 minutes cette semaine ? Quel jour vous convient ?",
        ReplyIntent.MEETING: "Bonjour{name},\n\nmerci, avec plaisir.\n\nQuelle heure vous convient "
        "le mieux ? Je vous envoie une invitation aussitôt.",
        ReplyIntent.QUESTION: "Bonjour{name},\n\nmerci pour votre question. Le plus simple est "
        "d'en parler : avez-vous dix minutes cette semaine ?",
    },
    "es": {
        ReplyIntent.INTERESTED: "Hola{name}:\n\nMuchas gracias por su respuesta.\n\n¿Hablamos 15 "
        "minutos esta semana? ¿Qué día le viene bien?",
        ReplyIntent.MEETING: "Hola{name}:\n\nMuchas gracias, con mucho gusto.\n\n¿Qué hora le "
        "viene mejor? Le envío una invitación enseguida.",
        ReplyIntent.QUESTION: "Hola{name}:\n\nMuchas gracias por su pregunta. Lo mejor es "
        "hablarlo: ¿tiene diez minutos esta semana?",
    },
}


def answer(intent: ReplyIntent, first_name: str | None, language: str | None) -> str:
    """A draft for one of the intents that ask for an answer; English where the language is not
    known.
    """
    texts = _TEXTS.get((language or "en")[:2].lower(), _TEXTS["en"])
    return texts[intent].format(name=f" {first_name}" if first_name else "")
