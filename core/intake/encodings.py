"""Which old encoding a text was written in, by whether its words are spelt as a language spells.

Old encodings give the same byte to letters of different languages: ø of the West is ř of the
Czechs. Windows' western one is taken unless the words speak for another: a lone odd letter in an
otherwise western list is a foreign name, not another encoding.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from charset_normalizer import from_bytes

from core.errors import Invalid

# what a person may choose → how it is called
CHOICES: Mapping[str, str] = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "cp1252": "Western Europe (Windows)",
    "mac_roman": "Western Europe (Macintosh)",
    "cp850": "Western Europe (DOS)",
    "cp1250": "Central Europe (Windows)",
    "iso8859_2": "Central Europe (ISO 8859-2)",
    "cp1254": "Turkish (Windows)",
    "cp1257": "Baltic (Windows)",
    "cp1253": "Greek (Windows)",
    "cp1251": "Cyrillic (Windows)",
    "koi8_r": "Cyrillic (KOI8-R)",
    "cp1255": "Hebrew (Windows)",
    "cp1256": "Arabic (Windows)",
    "cp932": "Japanese (Shift JIS)",
    "gb18030": "Chinese, simplified (GB 18030)",
    "big5": "Chinese, traditional (Big5)",
    "cp949": "Korean (Windows)",
}
LOOKED_AT = 64 * 1024
MOST = 0.85  # of the words another encoding must explain
BETTER = 0.05  # and so much more of them than the western one
_WORD = re.compile(rb"[A-Za-z\x80-\xff]{2,}")
_LATIN = 1.5  # plain letters for each other one, in words that have any: no other script has them


def _letters(*alphabets: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(text + text.upper()) for text in alphabets)


_WESTERN = _letters(
    *("äöüßéáèà", "éèêëàâçîïôûùüœæÿ", "áéíóúüñçàèòï", "áâãàçéêíóôõú", "àèéìíîòóùú"),
    *("æøåäöüéóô", "åäöüéšž", "áéíóúýþæöð", "éëïöüèáóêç"),
)
_OTHERS: dict[str, tuple[frozenset[str], ...]] = {
    "cp1250": _letters(
        *("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "čćđšž", "ăâîşţ")
    ),
    "cp1254": _letters("çğıiİöşüâ"),
    "cp1257": _letters("ąčęėįšųūž", "āčēģīķļņšūž"),
}
_OTHERS["iso8859_2"] = _OTHERS["cp1250"]
_NO_LETTERS = frozenset("«»¿¡°§´·\u2018\u2019\u201a\u201c\u201d\u201e\u2013\u2014\u2026\xa0€©®™")
_LATE = ("mac_roman", "cp850", "cp437", "cp852", "cp858", "mac_latin2")  # laid out otherwise
_SAME = ("latin_1", "iso8859_15", "cp1252", "ascii")


def chosen(name: str) -> str:
    """What a person chose, as it is read: UTF-8 with its mark or without. Invalid where it is none
    of the choices.
    """
    if name not in CHOICES:
        raise Invalid(f"There is no text encoding '{name}'. Known are: {', '.join(CHOICES)}.")
    return "utf-8-sig" if name == "utf-8" else name


def choice(encoding: str) -> str:
    """The choice under which a person finds an encoding; itself where it is none of them."""
    plain = encoding.removesuffix("-sig").removesuffix("-le").removesuffix("-be")
    return plain if plain in CHOICES else encoding


def likeliest(start: bytes) -> str:
    """The encoding of a text that is neither UTF-8 nor marked."""
    words = {word for word in _WORD.findall(start) if not word.isascii()}
    if not _latin(words):
        return _guessed(start)
    words = {word for word in words if len(word) > 3}  # m³ is no word
    western = _share(words, "cp1252", _WESTERN, each=True)
    shares = {name: _share(words, name, spelt) for name, spelt in _OTHERS.items()}
    best = max(shares, key=lambda name: shares[name])
    if shares[best] >= MOST and shares[best] > western + BETTER:
        return best
    if western < MOST and (name := _guessed(start)) in _LATE:
        return name
    return "cp1252"


def _latin(words: Iterable[bytes]) -> bool:
    """Whether the words are of Latin letters, a few of them with signs."""
    whole = b"".join(words)
    others = sum(byte >= 0x80 for byte in whole)
    return len(whole) - others >= _LATIN * others


def _share(
    words: Iterable[bytes],
    encoding: str,
    alphabets: Sequence[frozenset[str]],
    *,
    each: bool = False,
) -> float:
    """How many of the words one of the languages can spell (`each`: every word its own)."""
    signs = [_signs(word.decode(encoding, "replace")) for word in words]
    if not signs:
        return 1.0 if each else 0.0
    if each:
        return sum(any(map(one.issubset, alphabets)) for one in signs) / len(signs)
    return max(sum(one <= alphabet for one in signs) for alphabet in alphabets) / len(signs)


def _signs(word: str) -> frozenset[str]:
    """What is no plain letter in a word. Portugal's õ stands before e alone, Hungary's ő not."""
    bare = re.sub("[Õõ](?![Ee])", "\ufffd", word)
    return frozenset(char for char in bare if not char.isascii()) - _NO_LETTERS


def _guessed(start: bytes) -> str:
    best = from_bytes(start[:LOOKED_AT]).best()
    name = best.encoding if best is not None else "cp1252"
    if name in _SAME:
        return "cp1252"
    return name if name != "utf_8" else "utf-8"
