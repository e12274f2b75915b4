"""Writing made comparable: scripts, accents, spellings of one sound. Pure text, no fields."""

import re
import unicodedata
from functools import lru_cache

from rapidfuzz.distance import OSA, JaroWinkler

_CYRILLIC = """а a|б b|в v|г g|д d|е e|ё e|ж zh|з z|и i|й i|к k|л l|м m|н n|о o|п p|р r|с s|т t
|у u|ф f|х kh|ц ts|ч ch|ш sh|щ shch|ъ |ы y|ь |э e|ю yu|я ya|і i|ї yi|є ye|ґ g|ў u|ђ dj|ј j|љ lj
|њ nj|ћ c|џ dz|ѓ gj|ќ kj|ѕ dz"""
_GREEK = """α a|β v|γ g|δ d|ε e|ζ z|η i|θ th|ι i|κ k|λ l|μ m|ν n|ξ x|ο o|π p|ρ r|σ s|ς s|τ t|υ y
|φ f|χ ch|ψ ps|ω o"""
_LATIN = {
    "ß": "ss",
    "ø": "o",
    "ł": "l",
    "æ": "ae",
    "œ": "oe",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "ı": "i",
    "ŋ": "n",
    "ħ": "h",
    "ĳ": "ij",
    "ƒ": "f",
    "’": "'",
    "ʼ": "'",
    "‐": "-",
    "–": "-",
}
_DIGRAPHS = {"ου": "ou", "μπ": "b", "ντ": "d", "γκ": "g", "ευ": "ev", "αυ": "av", "γγ": "ng"}
_TURNED = dict(pair.strip("\n").split(" ", 1) for pair in f"{_CYRILLIC}|{_GREEK}".split("|"))
_LETTERS = str.maketrans(_TURNED | _LATIN)
_GREEK_PAIR = re.compile("|".join(_DIGRAPHS))
_WORD = re.compile(r"[^\W_]+")
_UMLAUT = re.compile(r"([aou])e(?!$)")
# spellings of one sound, longest first: what transliterations and misheard names differ in
_SOUNDS = (
    *(("shch", "s"), ("sch", "s"), ("tch", "c"), ("tsch", "c"), ("dzh", "j"), ("cz", "c")),
    *(("sz", "s"), ("sh", "s"), ("ch", "c"), ("zh", "z"), ("kh", "h"), ("ph", "f"), ("th", "t")),
    *(("tz", "z"), ("ts", "z"), ("ck", "k"), ("qu", "k"), ("ks", "x"), ("gh", "g"), ("dj", "j")),
    *(("ou", "u"), ("oo", "u"), ("ee", "i"), ("ij", "i"), ("yu", "iu"), ("ya", "ia"), ("ye", "e")),
)
_SOUND = re.compile("|".join(sorted((one for one, _ in _SOUNDS), key=len, reverse=True)))
_AS_ONE = dict(_SOUNDS)
_ALIKE = str.maketrans({"y": "i", "j": "i", "w": "v", "c": "k", "q": "k", "z": "s", "h": None})
_TWICE = re.compile(r"(.)\1+")


@lru_cache(maxsize=131_072)
def plain(text: str) -> str:
    """Lower-case Latin letters, figures and single spaces: `Müller-Łuk` → `muller luk`."""
    low = text.casefold()
    if not low.isascii():
        low = _romanised(low)
    return " ".join(_WORD.findall(low.replace("'", "")))


@lru_cache(maxsize=131_072)
def spelt(text: str) -> str:
    """`plain`, with the two spellings of an umlaut as one: Mueller and Müller → `muller`."""
    return _UMLAUT.sub(r"\1", plain(text))


@lru_cache(maxsize=131_072)
def sound(word: str) -> str:
    """How a folded word sounds, roughly: Yuliya, Julia and Iuliia are the same."""
    bare = word.replace(" ", "")
    heard = _SOUND.sub(lambda found: _AS_ONE[found.group()], bare).translate(_ALIKE)
    return _TWICE.sub(r"\1", heard) or bare


def is_typo(left: str, right: str) -> bool:
    """One slip of the finger; two in a long word. Short words must be right."""
    length = min(len(left), len(right))
    if length < 3 or abs(len(left) - len(right)) > 2:
        return False
    allowed = 1 if length < 8 else 2
    return OSA.distance(left, right, score_cutoff=allowed) <= allowed


def likeness(left: str, right: str) -> float:
    """Jaro-Winkler, 0 to 1."""
    return JaroWinkler.similarity(left, right)


def _romanised(low: str) -> str:
    turned = _GREEK_PAIR.sub(lambda found: _DIGRAPHS[found.group()], _without_marks(low))
    return _without_marks(turned.translate(_LETTERS))


def _without_marks(text: str) -> str:
    # й and ё fall apart into letter and mark as well: и and е are what their readers write
    parts = unicodedata.normalize("NFKD", text)
    return "".join(char for char in parts if not unicodedata.combining(char))
