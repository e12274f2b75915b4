"""The local stand-in for a language model: fixed words around known facts, always the same."""

import re
from collections import Counter
from collections.abc import Sequence

from core.domain.states import ProviderState, ReplyIntent
from core.providers.llm.port import AnswerBrief, Classified, Draft, KnownFacts
from core.providers.verdict import Verdict

MODEL = "template"
BODIES: dict[ReplyIntent, str] = {
    ReplyIntent.INTERESTED: "thank you, good to hear that this is of interest.",
    ReplyIntent.MEETING: "thank you, I am glad to talk.",
    ReplyIntent.QUESTION: "thank you for asking. [Please answer the question here.]",
    ReplyIntent.NOT_NOW: "thank you for telling me. I will come back to you then.",
    ReplyIntent.NOT_INTERESTED: "thank you for the clear word. I will not write again about this.",
    ReplyIntent.WRONG_PERSON: "thank you, and excuse me. Who would be the right person to ask?",
    ReplyIntent.REFERRAL: "thank you for the pointer. I will get in touch there.",
}
OTHERWISE = "thank you for your answer. [Please write what follows.]"
MEETS = frozenset({ReplyIntent.INTERESTED, ReplyIntent.MEETING})
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_WORD = re.compile(r"[^\W\d_]{4,}")


class Template:
    """Answers from fixed words; costs nothing and reaches nobody."""

    name = MODEL

    def draft_answer(self, brief: AnswerBrief) -> Draft:
        """Greeting, the intent's words, a time to talk where it fits, and the sender's name."""
        greeting = f"Hi {brief.first_name}," if brief.first_name else "Hello,"
        parts = [greeting, _capital(BODIES.get(brief.intent, OTHERWISE))]
        if brief.intent in MEETS:
            parts.append(_when(brief))
        parts.append("Best regards" + (f"\n{brief.sender_name}" if brief.sender_name else ""))
        return Draft("\n\n".join(parts), MODEL)

    def summarise(self, texts: Sequence[str], *, sentences: int = 3) -> Draft:
        """The sentences that share most words with the others, in their own order."""
        found = [s.strip() for text in texts for s in _SENTENCE.split(text.strip()) if s.strip()]
        shared = Counter(word for s in found for word in set(_words(s)))
        best = sorted(range(len(found)), key=lambda i: (-_weight(found[i], shared), i))
        return Draft(" ".join(found[i] for i in sorted(best[:sentences])), MODEL)

    def personalise(self, known: KnownFacts) -> Draft | None:
        """One sentence about the person's work, from title, company, industry and city."""
        title, company = known.facts.get("title", ""), known.facts.get("company", "")
        industry, city = known.facts.get("industry", ""), known.facts.get("city", "")
        if title and company:
            return Draft(f"As {title} at {company} you see this from close by.", MODEL)
        if company and industry:
            return Draft(f"{company} works in {industry}, which is why I write.", MODEL)
        if company and city:
            return Draft(f"I came across {company} in {city}.", MODEL)
        return None

    def classify_reply(self, _text: str) -> Classified | None:
        """Nothing: the rules have already said what fixed words can tell."""
        return None

    def check(self) -> Verdict:
        """Always there."""
        return Verdict(ProviderState.HEALTHY, "Local templates answer without a network.")


def build(_settings: object) -> Template:
    """The local template needs no setting."""
    return Template()


def _when(brief: AnswerBrief) -> str:
    if brief.booking_link:
        return f"Please choose a time that suits you: {brief.booking_link}"
    return "Would a call of twenty minutes suit you this week or next?"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _words(sentence: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(sentence)]


def _weight(sentence: str, shared: Counter[str]) -> float:
    words = _words(sentence)
    return sum(shared[word] for word in words) / (len(words) or 1)
