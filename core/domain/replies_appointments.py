"""The one day, and perhaps the hour, that a reply names for a talk: "Thursday 3 pm works". Only
what is surely read: one day, said exactly, neither refused nor a border ("after Thursday").
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time

from core.domain.replies_dates import DAY_OF, Found, dates_in

_I = re.IGNORECASE
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[^\W\d_a-zäöüßéèàñáíóú])|\n+")
_EXACT = re.compile(
    r"20\d\d[-/.]\d|\d{1,2}\D"  # 2026-03-05, 5 March, 5.3.
    r"|(?!q|trim)[^\W\d_]+\.?\s+(?:the )?\d{1,2}(?:st|nd|rd|th)?(?:,?\s*20\d\d)?$",  # March 5
    _I,
)
_TOMORROW = re.compile(r"tomorrow|morgen|demain|mañana|domani|amanhã|imorgon|i morgon", _I)
# "Guten Morgen", "Donnerstag morgen", "por la mañana" are no tomorrow
_NO_TOMORROW = re.compile(
    r"(?:\b(?:guten?|goede|am|jeden|heute|la|this|every|\w+tag|\w+woch)[\s,]*)$", _I
)
_NEXT = re.compile(r"next|nächst|kommend|volgende|nästa|prossim|próxim", _I)
_BORDER = re.compile(
    r"\b(?:not?|before|after|until|till|by|since|from|as of|except|last|past|every|each|nicht|"
    r"kein\w*|vor|nach|bis(?: zum)?|ab(?: dem)?|seit|außer|letzten?|vergangenen?|jeden|pas|avant|"
    r"après|jusqu\S*|dès|depuis|sauf|dernier|antes(?: del?)?|después(?: del?)?|hasta|desde|salvo|"
    r"pasado)(?:\s+(?:the|on|dem|den|am|le|el|next))*\s*$",
    _I,
)
_REFUSED = re.compile(
    r"\b(?:not|cannot|unable|unfortunately|except|unless|instead|busy|away|off|vacation|holiday|"
    r"met|saw|spoke|nicht|kein\w*|leider|außer|statt|urlaub|weg|pas|sauf|malheureusement|absent\w*|"
    r"congés?|occupée?|no puedo|imposible|ocupad\w+|salvo|vacaciones|niet|geen|helaas|inte|tyvärr|"
    r"non|não)\b|n['’]t\b",
    _I,
)
_FITS = re.compile(
    r"\?|\b(?:works?|suits?|fine|good|great|perfect|free|available|how about|what about|let['’]?s|"
    r"can (?:do|we|you)|could|would|call me|ring me|pass[te]n?|geht|ginge|gern\w*|gut|frei|rufen|"
    r"convien\w*|va|dispo\w*|libre|bien|parfait|volontiers|puedo|perfecto|bene|posso|schikt|kan|"
    r"funkar|passar)\b",
    _I,
)
_HOUR = re.compile(
    r"(?<![\d.,:/-])(?P<h>\d{1,2})(?:[:.](?P<m>[0-5]\d))?\s?(?P<half>[ap]\.?m\b\.?)"
    r"|(?<![\d.,:/-])(?P<h24>[01]?\d|2[0-3])(?:"
    r"[:.](?P<m1>[0-5]\d)(?!\d|\.\d|\s?[ap]\.?m)(?:\s?(?:uhr|h)\b)?"
    r"|\s?(?:uhr|h)(?P<m2>[0-5]\d)?\b)",
    _I,
)
# no one hour: "2 to 4 pm", "after 3 pm", "15:00 CET"
_OPEN_BEFORE = re.compile(
    r"(?:\d\s*(?:-|–|to|and|or|bis|und|oder|à|et|ou|y|o)|\b(?:after|before|from|until|by|between|"
    r"around|about|ca\.?|ab|nach|vor|bis|zwischen|gegen|après|avant|vers|entre|después de|antes de|"
    r"desde|hacia)(?: the| las| los)?)\s*$",
    _I,
)
_OPEN_AFTER = re.compile(
    r"^\s*(?:(?:-|–|to|bis|à|till|until|onwards|or later|oder später)\s*\d?|"
    r"\(?(?:[A-Z]{2,4}T|UTC|GMT|MEZ|MESZ|UK|EU)\b|\w+ time\b)"
)


@dataclass(frozen=True, slots=True)
class Appointment:
    """A day that was named, and the hour as the writer's clock shows it, where one was."""

    day: date
    hour: time | None = None


def appointment(text: str, received: date) -> Appointment | None:
    """What the reply proposes; None where it names no day, several, or one not surely."""
    found = [one for one in dates_in(text, received) if not _greets(one, text)]
    if len({one.day for one in found}) != 1:
        return None
    one = found[0]
    sentence, start = _sentence(text, one)
    if not _sure(one, text, received) or _REFUSED.search(sentence):
        return None
    hours = list(_HOUR.finditer(sentence))
    if not hours and not _FITS.search(sentence):
        return None
    return Appointment(one.day, _hour(sentence, hours, one.start - start, one.end - start))


def over(named: Appointment, local: datetime) -> bool:
    """Whether it has passed on the writer's clock, which shows `local`."""
    if named.day != local.date() or named.hour is None:
        return named.day < local.date()
    return named.hour <= local.time()


def _greets(one: Found, text: str) -> bool:
    return bool(_TOMORROW.fullmatch(one.words) and _NO_TOMORROW.search(text[: one.start]))


def _sentence(text: str, one: Found) -> tuple[str, int]:
    """The sentence in which the day stands, and where it begins."""
    start = max((m.end() for m in _SENTENCE.finditer(text, 0, one.start)), default=0)
    after = _SENTENCE.search(text, one.end)
    return text[start : after.start() if after else len(text)], start


def _sure(one: Found, text: str, received: date) -> bool:
    before, ahead = text[: one.start], (one.day - received).days
    if _BORDER.search(before.rstrip()):
        return False
    if any(word in DAY_OF for word in one.words.lower().split()):
        # "Thursday" said on a Thursday, and "next Friday" said on a Monday, are two days each
        return ahead < 7 or (ahead == 7 and bool(_NEXT.match(one.words)))
    if _TOMORROW.fullmatch(one.words):
        return ahead > 0
    said = re.search(r"(\w{3,})[\s,.(]{1,3}(?:the |den |le |el |\w{2} )?$", before.lower())
    named = DAY_OF.get(said[1]) if said else None
    if named is not None:
        return named == one.day.weekday()
    return bool(_EXACT.match(one.words)) and not _two_ways(one.words)


def _two_ways(words: str) -> bool:
    """Whether it may be a day and month or a month and day: 5/3."""
    parts = re.match(r"(\d{1,2})[/-]\s?(\d{1,2})(?!\d)", words)
    return parts is not None and max(int(parts[1]), int(parts[2])) < 13 and parts[1] != parts[2]


def _hour(sentence: str, hours: list[re.Match[str]], start: int, end: int) -> time | None:
    """The one hour of the sentence, outside of the date itself."""
    outside = [one for one in hours if one.end() <= start or one.start() >= end]
    if len(outside) != 1:
        return None
    (one,) = outside
    if _OPEN_BEFORE.search(sentence[: one.start()]) or _OPEN_AFTER.match(sentence[one.end() :]):
        return None
    minute = int(one["m"] or one["m1"] or one["m2"] or 0)
    if one["h24"] is not None:
        return time(int(one["h24"]), minute)
    hour = int(one["h"])
    if not 1 <= hour <= 12:
        return None
    return time(hour % 12 + (12 if one["half"][0] in "pP" else 0), minute)
