"""First lines of answers for a person to finish: plain, in the lead's language, claiming
nothing; in a few wordings, so that two who talk to each other do not get the same. A day that the
reply surely names is taken up.
"""

from core.domain.replies_appointments import Appointment
from core.domain.states import ReplyIntent
from core.services import draft_days

R = ReplyIntent
_TEXTS: dict[str, dict[ReplyIntent, tuple[str, ...]]] = {
    "en": {
        R.INTERESTED: (
            "Hi{name},\n\nthank you for your answer. I am glad that it is of interest.\n\nShall we "
            "talk for 15 minutes this week? Which day suits you?",
            "Hi{name},\n\ngood to hear from you. The quickest way is a short call: I ask three "
            "questions, and you see whether it is worth more of your time.\n\nWhen could I ring "
            "you?",
            "Hi{name},\n\nthank you, that is good news.\n\nShall I send you something to read "
            "first, or would you rather talk? A quarter of an hour is enough.",
        ),
        R.MEETING: (
            "Hi{name},\n\nthank you, I would be glad to.\n\nWhich time suits you best? I will send "
            "an invitation right away.",
            "Hi{name},\n\nwith pleasure. Name two times that suit you and I take the first that "
            "is free.\n\nDo you prefer the telephone or a video call?",
            "Hi{name},\n\ngladly. Who else should be there? Then the invitation goes to all of "
            "you.\n\nMornings or afternoons?",
        ),
        R.QUESTION: (
            "Hi{name},\n\nthank you for your question. It is answered best in a short talk: do "
            "you have ten minutes this week?",
            "Hi{name},\n\na fair question. [Please answer it here.]\n\nIf more comes up, I am glad "
            "to ring you.",
        ),
    },
    "de": {
        R.INTERESTED: (
            "Hallo{name},\n\nvielen Dank für Ihre Antwort, das freut mich.\n\nWollen wir diese "
            "Woche 15 Minuten telefonieren? Welcher Tag passt Ihnen?",
            "Hallo{name},\n\nschön, von Ihnen zu hören. Am schnellsten geht es am Telefon: drei "
            "Fragen, dann sehen Sie, ob es sich lohnt.\n\nWann darf ich Sie anrufen?",
        ),
        R.MEETING: (
            "Hallo{name},\n\nvielen Dank, sehr gern.\n\nWelche Uhrzeit passt Ihnen am besten? Ich "
            "schicke Ihnen gleich eine Einladung.",
            "Hallo{name},\n\nsehr gern. Nennen Sie mir zwei Termine, ich nehme den ersten, der "
            "frei ist.\n\nLieber am Telefon oder per Video?",
        ),
        R.QUESTION: (
            "Hallo{name},\n\nvielen Dank für Ihre Frage. Am besten klären wir das kurz am Telefon: "
            "Haben Sie diese Woche zehn Minuten?",
        ),
    },
    "fr": {
        R.INTERESTED: (
            "Bonjour{name},\n\nmerci pour votre réponse.\n\nPouvons-nous échanger 15 minutes cette "
            "semaine ? Quel jour vous convient ?",
        ),
        R.MEETING: (
            "Bonjour{name},\n\nmerci, avec plaisir.\n\nQuelle heure vous convient le mieux ? Je "
            "vous envoie une invitation aussitôt.",
        ),
        R.QUESTION: (
            "Bonjour{name},\n\nmerci pour votre question. Le plus simple est d'en parler : "
            "avez-vous dix minutes cette semaine ?",
        ),
    },
    "es": {
        R.INTERESTED: (
            "Hola{name}:\n\nMuchas gracias por su respuesta.\n\n¿Hablamos 15 minutos esta semana? "
            "¿Qué día le viene bien?",
        ),
        R.MEETING: (
            "Hola{name}:\n\nMuchas gracias, con mucho gusto.\n\n¿Qué hora le viene mejor? Le envío "
            "una invitación enseguida.",
        ),
        R.QUESTION: (
            "Hola{name}:\n\nMuchas gracias por su pregunta. Lo mejor es hablarlo: ¿tiene diez "
            "minutos esta semana?",
        ),
    },
}


TALKS = frozenset({R.INTERESTED, R.MEETING})  # of these a named day is one for a talk


def answer(
    intent: ReplyIntent,
    first_name: str | None,
    language: str | None,
    *,
    lead_id: int = 0,
    named: Appointment | None = None,
) -> str:
    """A draft for one of the intents that ask for an answer; English where the language is not
    known. The same lead always gets the same wording. `named`: the day that the reply proposes.
    """
    known = (language or "en")[:2].lower()
    known = known if known in _TEXTS else "en"
    name = f" {first_name}" if first_name else ""
    if named is not None and intent in TALKS:
        return draft_days.answer(named, name, known)
    texts = _TEXTS[known][intent]
    return texts[lead_id % len(texts)].format(name=name)
