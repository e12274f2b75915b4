"""Whose rank a title names: one's own, the one below which one stands, or that of whom one serves.

"Vice President" is no president, "Assistant to the CEO" no CEO, "Deputy Head of Marketing" not its
head. Words of somebody else's rank are marked; they meet only a wanted title that says the same.
"""

import re
from functools import lru_cache

from core.domain.titles_words import (
    AND,
    ASSISTANT,
    DEPUTY,
    ENDS,
    JUNIOR,
    LONG,
    NEAR,
    NO_RANK,
    OF,
    PASSED,
    RANKED,
    SERVING,
    TO,
    TOP,
)

BELOW, ANOTHERS = "-", "~"  # the marks: one below this rank; the rank of somebody else
_PARTS = re.compile(r"[^\W_]+(?:[+#]+)?|[|;/()\[\]•·,&–—]|(?<=\s)-(?=\s)")
_BORDERS = frozenset("|;/()[]•·")
_PAUSES = frozenset(",&–—-") | AND
_STOPS = _BORDERS | _PAUSES


@lru_cache(maxsize=65536)
def marked(title: str) -> tuple[str, ...]:
    """The words of a title in their order, spelled out, with the mark of each before it."""
    words = _spelled(title)
    marks = [""] * len(words)
    for at in range(len(words)):
        if not marks[at]:
            _mark(words, marks, at)
    return tuple(mark + word for mark, word in zip(marks, words, strict=True) if word not in _STOPS)


def _spelled(title: str) -> list[str]:
    """Words and signs; "CEO" is chief, ceo, officer, so that no executive and officer makes one."""
    raw = [part.lower() for part in _PARTS.findall(title)]
    words: list[str] = []
    for at, word in enumerate(raw):
        after = raw[at + 1] if at + 1 < len(raw) else ""
        if word == "personal" and after.startswith("assist"):
            words.append(word)
        elif word in ("pa", "ea") and (at == 0 or after in TO or words[-1] in ("s", *ENDS)):
            words += ("personal" if word == "pa" else "executive", "assistant")
        elif ASSISTANT.match(word):
            words += ("personal", "assistant")
        else:
            words += LONG.get(word, word).split()
    return _joined(words)


def _joined(words: list[str]) -> list[str]:
    """ "Vice president" as one rank, "chief executive" as the one word for it, and what only looks
    like a rank ("product owner") as what it is.
    """
    found: list[str] = []
    for at, word in enumerate(words):
        before = words[at - 1] if at else None
        after = words[at + 1] if at + 1 < len(words) else None
        if word == "president" and before == "vice":
            found[-1] = "vicepresident"
        elif word == "executive" and before == "chief":
            found += ("ceo",) if after == "officer" else ("ceo", "officer")
        elif NO_RANK & {(before, word, None), (None, word, after)}:
            found.append(f"{word}s")
        else:
            found.append(word)
    return found


def _mark(words: list[str], marks: list[str], at: int) -> None:
    word = words[at]
    aide = word == "assistant" and at > 0 and words[at - 1] in ("personal", "executive")
    served = _served(words, at, aide=aide)
    if served is not None:
        _serve(words, marks, served)
    elif word in DEPUTY or (word in JUNIOR and not aide):
        ahead = _ranks(words, at + 1, 1) or (word in DEPUTY and _ranks(words, at - 1, -1)) or ()
        for one in ahead:
            marks[one] = BELOW
        if not ahead:
            _follow(words, marks, at)
    elif aide or word in SERVING or word in NEAR:
        _follow(words, marks, at)


def _served(words: list[str], at: int, *, aide: bool) -> int | None:
    """Where begins the rank of whom the word at `at` says that he is served; None for nobody."""
    word, after = words[at], at + 1
    serves = aide or word in SERVING
    if word == "former" or (word == "ex" and _is_rank(words, after)):
        return after
    if serves or word in NEAR or word in JUNIOR:
        linked = _after(words, after, OF)
        if linked is not None:
            return linked
    if word in TO:
        start = _passing(words, after)
        return start if _is_rank(words, start) else None
    if word == "assistant" and after < len(words) and words[after] in _STOPS - AND - {"&"}:
        after += 1
        serves = True
    return after if serves and after < len(words) and words[after] in TOP else None


def _after(words: list[str], at: int, links: frozenset[str]) -> int | None:
    return at + 1 if at < len(words) and words[at] in links else None


def _passing(words: list[str], at: int) -> int:
    while at < len(words) and words[at] in PASSED:
        at += 1
    return at


def _is_rank(words: list[str], at: int) -> bool:
    return at < len(words) and words[at] in RANKED


def _serve(words: list[str], marks: list[str], start: int) -> None:
    """Marks whom somebody serves: to the next border, and past a pause where a rank follows."""
    while start < len(words):
        end = next((i for i in range(start, len(words)) if words[i] in _STOPS), len(words))
        if RANKED.isdisjoint(words[start:end]) and TOP.isdisjoint(words[start:end]):
            return
        marks[start:end] = [ANOTHERS] * (end - start)
        follows = _passing(words, end + 1)
        if end == len(words) or words[end] in _BORDERS or not _is_rank(words, follows):
            return
        start = end + 1


def _ranks(words: list[str], at: int, step: int) -> list[int]:
    """The words of rank from there to the next pause, or a link once one was found."""
    found: list[int] = []
    while 0 <= at < len(words) and words[at] not in _STOPS and not (found and words[at] in OF):
        if words[at] in RANKED:
            found.append(at)
        at += step
    return found


def _follow(words: list[str], marks: list[str], at: int) -> None:
    """Marks whose assistant or office it is where the rank stands right before: "CEO assistant"."""
    last = at - 1
    while last >= 0 and words[last] in ("s", "personal", "executive"):
        last -= 1
    if last < 0 or words[last] not in ENDS:
        return
    if words[at] in NEAR and words[last] != "officer":
        return  # "Director Office Supplies" is a director
    while last >= 0 and words[last] not in _STOPS:
        marks[last] = ANOTHERS
        last -= 1
