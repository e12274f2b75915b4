"""Dates out of replies in eight languages: "back on 12 March", "ab Montag", "le 3 avril", "mitte
Mai". Relative to the day on which the mail came; the past is taken for next year.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

_MONTHS = {
    1: "january jan januar jänner jan. janvier janv enero ene gennaio gen janeiro januari",
    2: "february feb februar février févr fev febrero febbraio fevereiro februari",
    3: "march mar märz mär mars marzo março maart mrt",
    4: "april apr avril avr abril abr aprile",
    5: "may mai mayo maggio mag maio mei maj",
    6: "june jun juni juin junio giugno giu junho",
    7: "july jul juli juillet juil julio luglio lug julho",
    8: "august aug août aout agosto ago augustus augusti",
    9: "september sep sept septembre septiembre settembre set setembro",
    10: "october oct oktober okt octobre octubre ottobre ott outubro out",
    11: "november nov novembre noviembre novembro",
    12: "december dec dezember dez décembre déc diciembre dic dicembre dezembro",
}
_DAYS = {
    0: "monday mon montag mo lundi lunes lunedì lunedi segunda segunda-feira maandag måndag",
    1: "tuesday tue dienstag di mardi martes martedì martedi terça terça-feira dinsdag tisdag",
    2: "wednesday wed mittwoch mi mercredi miércoles miercoles mercoledì mercoledi quarta "
    "quarta-feira woensdag onsdag",
    3: "thursday thu donnerstag do jeudi jueves giovedì giovedi quinta quinta-feira donderdag "
    "torsdag",
    4: "friday fri freitag fr vendredi viernes venerdì venerdi sexta sexta-feira vrijdag fredag",
    5: "saturday sat samstag sonnabend samedi sábado sabado sabato zaterdag lördag",
    6: "sunday sun sonntag dimanche domingo domenica zondag söndag",
}
_MONTH_OF = {word: number for number, words in _MONTHS.items() for word in words.split()}
DAY_OF = {word: number for number, words in _DAYS.items() for word in words.split()}
_month = "|".join(sorted((re.escape(word) for word in _MONTH_OF), key=len, reverse=True))
_day = "|".join(sorted((re.escape(w) for w in DAY_OF if len(w) > 2), key=len, reverse=True))

_ISO = re.compile(r"\b(?P<year>20\d\d)[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})\b")
_DAY_MONTH = re.compile(
    rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|º|ª|°|\.|:e|:a|e)?\s*(?:of |de |di |av )?"
    rf"(?P<month>{_month})\b\.?(?:,?\s*(?:de |del |of )?(?P<year>20\d\d))?",
    re.IGNORECASE,
)
_MONTH_DAY = re.compile(
    rf"\b(?P<month>{_month})\.?\s+(?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)"
    rf"(?:,?\s*(?P<year>20\d\d))?",
    re.IGNORECASE,
)
_NUMBERS = re.compile(
    r"(?<![\d.,/-])(?P<a>\d{1,2})(?P<sign>[./-])\s?(?P<b>\d{1,2})(?:(?P=sign)\s?(?P<year>20\d\d|"
    r"\d\d))?\.?"
    r"(?![\d/-])"
)
_WEEKDAY = re.compile(
    rf"\b(?P<next>next|nächste[nrs]?|kommende[nrs]?|volgende|nästa|prossim[oa]|próxim[oa]|"
    rf"la próxima)?\s*\b(?P<day>{_day})\b(?:\s+(?P<after>prochain|próximo|que vem|prossimo))?",
    re.IGNORECASE,
)
_PART = re.compile(
    rf"\b(?P<part>early|beginning of|start of|mid|middle of|end of|late|anfang|mitte|ende|début|"
    rf"mi|fin|courant|principios de|mediados de|finales de|inizio|metà|fine|início de|meados de|"
    rf"fim de|begin|midden|halverwege|eind|början av|mitten av|slutet av)\s*[- ]?\s*(?:de |di |d')?"
    rf"(?P<month>{_month})\b",
    re.IGNORECASE,
)
_IN_MONTH = re.compile(
    rf"\b(?:in|im|en|em|a|nel|i|until|till|bis|after|nach|ab)\s+(?P<month>{_month})\b"
    rf"(?:\s+(?P<year>20\d\d))?",
    re.IGNORECASE,
)
_QUARTER = re.compile(
    r"\b(?:Q|quarter |quartal |trimestre )(?P<q>[1-4])\b(?:\s*/?\s*(?P<year>20\d\d))?", re.I
)
_SPAN = re.compile(
    r"\b(?:in|dans|en|tra|fra|em|over|om|within|daqui a|dentro de|after|nach)\s+(?:about |etwa "
    r"|ca\.? )?"
    r"(?P<n>\d{1,2}|a|an|one|two|three|four|six|einem|einer|zwei|drei|vier|sechs|un|une|deux|trois|"
    r"quatre|six|una?|dos|tres|cuatro|seis|due|tre|quattro|sei|um|uma|dois|duas|três|quatro|een|"
    r"twee|"
    r"drie|vier|zes|ett|en|två|tre|fyra|sex)\s+"
    r"(?P<unit>days?|weeks?|months?|years?|tag(?:en)?|wochen?|monat(?:en)?|jahr(?:en)?|jours?|"
    r"semaines?|mois|ans?|d[ií]as?|semanas?|mes(?:es)?|años?|giorn[oi]|settiman[ae]|mes[ei]|"
    r"ann[oi]|"
    r"dias?|m[eê]s(?:es)?|anos?|dagen|dag|weken|week|maanden|maand|jaar|dagar|veckor|vecka|"
    r"månader|månad|år)\b",
    re.IGNORECASE,
)
_NEXT = re.compile(
    r"\b(?:(?P<week>next week|nächste[rn]? woche|la semaine prochaine|semaine prochaine|la próxima "
    r"semana|la semana que viene|settimana prossima|prossima settimana|próxima semana|"
    r"semana que vem|"
    r"volgende week|nästa vecka)|(?P<month>next month|nächste[nrs]? monat|le mois prochain|mois "
    r"prochain|el próximo mes|el mes que viene|mese prossimo|prossimo mese|próximo mês|mês que vem|"
    r"volgende maand|nästa månad)|(?P<quarter>next quarter|nächste[ns]? quartal|prochain trimestre|"
    r"trimestre prochain|próximo trimestre|prossimo trimestre|volgend kwartaal|nästa kvartal)|"
    r"(?P<year>next year|nächste[sn]? jahr|l'année prochaine|l'an prochain|el próximo año|"
    r"el año que "
    r"viene|l'anno prossimo|anno prossimo|próximo ano|ano que vem|volgend jaar|nästa år)|"
    r"(?P<new>new year|neuen? jahr|nouvelle année|año nuevo|anno nuovo|ano novo|nieuwe jaar|"
    r"nya året)|"
    r"(?P<tomorrow>tomorrow|morgen|demain|mañana|domani|amanhã|imorgon|i morgon))\b",
    re.IGNORECASE,
)
_UNITS = (
    (re.compile(r"^(?:day|tag|jour|d[ií]a|giorn|dag)", re.I), 1),
    (re.compile(r"^(?:week|woche|semaine|semana|settiman|weken|veck)", re.I), 7),
    (re.compile(r"^(?:year|jahr|ans?$|año|ann|ano|jaar|år)", re.I), 365),
)
_COUNTS = {
    word: count
    for count, words in (
        (1, "a an one einem einer un une una um uma een ett en"),
        (2, "two zwei deux dos due dois duas twee två"),
        (3, "three drei trois tres tre três drie"),
        (4, "four vier quatre cuatro quattro quatro fyra"),
        (6, "six sechs seis sei zes sex"),
    )
    for word in words.split()
}
_EARLY = re.compile(r"(?i)^(?:early|begin|start|anfang|début|princip|inizio|início|början)")
_LATE = re.compile(r"(?i)^(?:end|late|ende|fin|fim|eind|slut)")
_LAST_AWAY = re.compile(
    r"(?i)\b(?:until|till|through|thru|bis(?: zum| einschließlich)?|jusqu\S*|hasta|fino a\w*|até|"
    r"tot(?: en met)?|"
    r"t/m|till och med|t\.?o\.?m\.?|fram till|to)\W*$"
)
_BACK = re.compile(
    r"(?i)\b(?:back|return\w*|resum\w+|zurück|wieder|retour|reviens|reviendrai|vuelvo|volver\w*|"
    r"regres\w+|vuelta|"
    r"reincorpor\w+|rientr\w+|torn\w+|ritorno|volt\w+|volta|terug|weer|tillbaka|åter)\b"
)
_FROM_THEN = re.compile(
    r"(?i)\b(?:ab(?: dem)?|from|as of|vanaf|från(?: och med)?|à partir du|dal)\W*$"
)
REACH = 60  # characters between "back" and its date


@dataclass(frozen=True, slots=True)
class Found:
    """A date in a text, where it stands, and the words that say it."""

    day: date
    start: int
    end: int
    words: str


def dates_in(text: str, received: date) -> list[Found]:
    """All dates of a text that lie after `received`, in their order; overlapping ones once."""
    american = bool(
        re.search(r"\b(?:I am|I'm|I will|out of (?:the )?office|back on|return)\b", text)
    )
    found: list[Found] = []
    for pattern, read in _READERS:
        for match in pattern.finditer(text):
            day = read(match, received, american)
            if day is None or not received <= day <= received + timedelta(days=730):
                continue
            if all(match.end() <= one.start or match.start() >= one.end for one in found):
                found.append(Found(day, match.start(), match.end(), match.group().strip()))
    found.sort(key=lambda one: one.start)
    return [one for one in found if not _names_the_day_of_another(one, found, text)]


def _names_the_day_of_another(one: Found, found: list[Found], text: str) -> bool:
    """Whether it is the "Monday" of "Monday, 16 March"."""
    return one.words.split()[-1].lower() in DAY_OF and any(
        other.start > one.start
        and re.fullmatch(r"[\s,.(]{1,3}(?:\w{2,3}\s)?", text[one.end : other.start])
        for other in found
    )


def return_date(text: str, received: date) -> Found | None:
    """When someone away is back: the date after "back", else the day after "until …", else the
    last date of the text.
    """
    found = dates_in(text, received)
    for one in found:
        if _FROM_THEN.search(text[: one.start]) and _BACK.search(text[one.end : one.end + REACH]):
            return one
    return (
        next((one for one in found if _follows_back(one, text)), None)
        or next(
            (
                Found(one.day + timedelta(days=1), one.start, one.end, one.words)
                for one in found
                if _is_last_day(one, text)
            ),
            None,
        )
        or (found[-1] if found else None)
    )


def _follows_back(one: Found, text: str) -> bool:
    """Whether "back", and no "until", stands before the date in its sentence."""
    before = text[max(one.start - REACH, 0) : one.start]
    said = list(_BACK.finditer(before))
    same_sentence = said and not re.search(r"[.!?]\s+\S", before[said[-1].end() :])
    return bool(same_sentence) and not _LAST_AWAY.search(before)


def _is_last_day(one: Found, text: str) -> bool:
    """Whether the date is the last day away: "until the 13th"."""
    before = text[max(one.start - REACH, 0) : one.start]
    return bool(_LAST_AWAY.search(_ARTICLE.sub("", before)))


_ARTICLE = re.compile(r"(?i)\b(?:the|dem|den|le|el|il|al|o|de|\w+day|\w+tag)\W*$")


def _iso(match: re.Match[str], received: date, american: bool) -> date | None:
    return _make(int(match["year"]), int(match["month"]), int(match["day"]))


def _named(match: re.Match[str], received: date, american: bool) -> date | None:
    month = _MONTH_OF[match["month"].lower()]
    return _with_year(match["year"], month, int(match["day"]), received)


def _numbers(match: re.Match[str], received: date, american: bool) -> date | None:
    first, second = int(match["a"]), int(match["b"])
    month_first = second > 12 or (match["sign"] == "/" and american and first <= 12)
    month, day = (first, second) if month_first else (second, first)
    return _with_year(match["year"], month, day, received)


def _weekday(match: re.Match[str], received: date, american: bool) -> date | None:
    wanted = DAY_OF[match["day"].lower()]
    ahead = (wanted - received.weekday()) % 7 or 7
    following = re.match(r"(?i)next|nächst|volgende|nästa", match["next"] or "")
    this_week = ahead + received.weekday() <= 6  # "next Friday", said on a Monday
    return received + timedelta(days=ahead + 7 if following and this_week else ahead)


def _part(match: re.Match[str], received: date, american: bool) -> date | None:
    month = _MONTH_OF[match["month"].lower()]
    day = 1 if _EARLY.match(match["part"]) else 25 if _LATE.match(match["part"]) else 15
    return _with_year(None, month, day, received)


def _in_month(match: re.Match[str], received: date, american: bool) -> date | None:
    return _with_year(match["year"], _MONTH_OF[match["month"].lower()], 1, received)


def _quarter(match: re.Match[str], received: date, american: bool) -> date | None:
    return _with_year(match["year"], int(match["q"]) * 3 - 2, 1, received)


def _span(match: re.Match[str], received: date, american: bool) -> date | None:
    word = match["n"].lower()
    count = int(word) if word.isdigit() else _COUNTS[word]
    unit = next((days for pattern, days in _UNITS if pattern.match(match["unit"])), 30)
    return received + timedelta(days=count * unit)


def _next(match: re.Match[str], received: date, american: bool) -> date | None:
    kind = match.lastgroup
    if kind == "tomorrow":
        return received + timedelta(days=1)
    if kind == "week":
        return received + timedelta(days=7 - received.weekday())
    if kind in ("year", "new"):
        return date(received.year + 1, 1, 7)
    ahead = 1 if kind == "month" else 3 - (received.month - 1) % 3
    months = received.year * 12 + received.month - 1 + ahead
    return date(months // 12, months % 12 + 1, 1)


def _with_year(year: str | None, month: int, day: int, received: date) -> date | None:
    if year:
        return _make(int(year) % 100 + 2000, month, day)
    found = _make(received.year, month, day)
    if found is not None and found < received:
        return _make(received.year + 1, month, day)
    return found


def _make(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


_READERS = (
    (_ISO, _iso),
    (_DAY_MONTH, _named),
    (_MONTH_DAY, _named),
    (_NUMBERS, _numbers),
    (_PART, _part),
    (_QUARTER, _quarter),
    (_SPAN, _span),
    (_NEXT, _next),
    (_IN_MONTH, _in_month),
    (_WEEKDAY, _weekday),
)
