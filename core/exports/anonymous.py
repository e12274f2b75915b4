"""Replies without the people: no name, address, company, link or telephone number stays."""

import re

from core.domain.figures import Quote

GAP = "[…]"
_ADDRESS = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_HOST = re.compile(
    r"\b[\w-]+(?:\.[\w-]+)*\.(?:com|net|org|io|eu|de|fr|uk|example|co|ai|app)\b", re.I
)
_PHONE = re.compile(r"\+?\(?\d[\d\s()/.-]{6,}\d")
# a sign-off and what follows it: the name below "Best regards"
_SIGNED = re.compile(
    r"\n\s*(?:--|(?:best|kind|warm)?\s*regards|best|thanks|cheers|sincerely|viele grüße|"
    r"mit freundlichen grüßen|cordialement|saludos)[,.!]?\s*(?:\n.*)?\Z",
    re.IGNORECASE | re.DOTALL,
)
_LEGAL = {"gmbh", "inc", "ltd", "llc", "group", "the", "and", "und", "company", "corp", "plc", "ag"}


def text_of(quote: Quote) -> str:
    """The text with every trace of the person blacked out."""
    text = _SIGNED.sub("", "\n" + quote.text).strip()
    for pattern in (_ADDRESS, _LINK, _HOST, _PHONE):
        text = pattern.sub(GAP, text)
    for word in sorted(_names(quote), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(word)}(?:'s|s)?(?!\w)", GAP, text, flags=re.IGNORECASE)
    return re.sub(rf"(?:{re.escape(GAP)}\s*){{2,}}", GAP + " ", text).strip()


def author_of(quote: Quote) -> str:
    """Who it was, told by the title alone."""
    return quote.title or "A contact"


def _names(quote: Quote) -> set[str]:
    whole = {part for part in (quote.first_name, quote.last_name, quote.company) if part}
    words = {word for part in whole for word in re.split(r"[\s,.&/-]+", part)}
    return {word for word in whole | words if len(word) > 2 and word.lower() not in _LEGAL}
