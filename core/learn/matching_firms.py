"""Names of companies: legal forms told apart from the name, short words spelt out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from core.learn.matching_text import is_typo, likeness, sound, spelt

# each line is one kind of company, as it is written in one country or several
_FORMS = """
gmbh|gesellschaft mit beschrankter haftung|ges mbh|gesmbh|mbh|ggmbh
gmbh co kg|gmbh und co kg|gmbh and co kg|gmbh cokg|gmbh and co ohg|ag and co kg|gmbh and co
ag|aktiengesellschaft
kg|kommanditgesellschaft
ohg|gbr|ek|e kfm|einzelunternehmen
ug|ug haftungsbeschrankt|unternehmergesellschaft
ev|eingetragener verein
se|societas europaea
inc|incorporated
corp|corporation
llc|limited liability company|l l c
llp|limited liability partnership
lp|limited partnership
ltd|limited|pvt ltd|private limited|pte ltd|pty ltd|pty limited|proprietary limited|ltd sti|pte|pty
ltd|pvt|co ltd|co limited|and co ltd|private ltd
plc|public limited company
co|and co|and company|company|cie|compagnie|compania|cia
sa|societe anonyme|sociedad anonima|sociedade anonima|sa de cv|s a de c v
sas|sasu|societe par actions simplifiee
sarl|eurl|societe a responsabilite limitee|soc a resp lim
sl|slu|sociedad limitada|s l u
srl|societa a responsabilita limitata|sociedad de responsabilidad limitada|srls
spa|societa per azioni|sociedad por acciones
snc|scs|sci|scop
bv|besloten vennootschap|bvba|besloten vennootschap met beperkte aansprakelijkheid
nv|naamloze vennootschap
vof|cv
lda|limitada|ltda|eireli
ab|aktiebolag|aktiebolaget
as|asa|aksjeselskap|a s|anonim sirketi
aps|anpartsselskab
is|ivs
oy|oyj|osakeyhtio
ou|osauhing
uab|uzdaroji akcine bendrove
sia
sp z o o|spolka z ograniczona odpowiedzialnoscia|spzoo|sp zoo|sp z oo
sp k|sp j
spolka akcyjna
sro|s r o|spol s r o|spolecnost s rucenim omezenym
doo|d o o
dd|ad|ead|eood|ood
kft|korlatolt felelossegu tarsasag
zrt|nyrt|rt|bt
ooo|obshchestvo s ogranichennoi otvetstvennostyu|tov|too
oao|pao|zao|ao|aktsionernoe obshchestvo
ip
ae|epe|ike
kk|kabushiki kaisha|kabushiki gaisha|k k
gk|godo kaisha|yk|yugen kaisha
bhd|sdn bhd|sendirian berhad|berhad
tbk|pt
jsc|ojsc|cjsc|pjsc
fzco|fze|fz llc|wll
"""
_EAST = re.compile(
    "株式会社|有限会社|合同会社|有限责任公司|有限公司|股份|주식회사|㈱|（株）|\\(株\\)"
)
# short form → the word it stands for
_SHORT = {
    short: long
    for line in """
international intl internat intern int'l intnl internationale internacional internazionale
manufacturing mfg manuf mfrg
manufacturers mfrs
brothers bros gebruder gebr freres hermanos fratelli
associates assoc assocs assoc's
association assn
technology tech techn technologies technologie technologia tecnologia tecnologie technik
systems sys syst system systeme sistemas sistemi systemes
services svc svcs serv service servicios servizi
group grp groupe gruppe grupo gruppo
management mgmt mgt
engineering engg engrg eng ingenierie ingenieria
industries ind inds industry industrie indus industrial industria industriale
national natl nat'l nationale nacional nazionale
university univ universitat universidad
laboratories labs lab laboratory laboratoires
pharmaceuticals pharm pharma pharmaceutical
holdings hldgs hldg holding
distribution dist distr distributors distributor
transportation transp trans transport transports transporte trasporti
logistics log logist logistik logistica logistique
electronics elec elect electronic elektronik
electric elektro electrical
equipment equip eqpt
construction constr const constructions construcciones costruzioni
development dev devel developments
center ctr centre zentrum centro
institute inst institut instituto
financial fin finance financials
insurance ins insur
marketing mktg mkt mktng
communications comm comms communication
consulting cons consult consultants consultancy
products prod prods product
solutions sol soln solns solution soluciones soluzioni
resources res resource
research rsch
enterprises ent entpr enterprise
properties prop props property
partners ptnrs ptrs partner
company's co's
saint st sankt
north n
american amer
european eur europe
central cent
supply supp supplies
hospital hosp
department dept
materials matl matls material
machinery mach machines
metals metal
chemicals chem chemical chemie
digital dig
media med medien
agency agcy agentur agence agencia
information info
software sw softw
advertising advt adv
trading trdg handels
""".strip().splitlines()
    for long, *rest in [line.split()]
    for short in rest
}
GENERIC = frozenset(
    """group holdings international services solutions global worldwide company industries systems
    technology management consulting partners enterprises european deutschland germany france
    espana italia uk usa america american schweiz austria nordic asia the die der das la le les el
    il los of for de du des""".split()  # noqa: SIM905
)
SLIPS = (0.8, 0.85)  # how far words are the same that differ by a slip, or in spelling alone
_AND = frozenset(("and", "und", "et", "y", "e", "og", "och", "en", "i", "ja", "ve", "n"))
_DOTTED = re.compile(r"\b(?:[^\W_]\.\s?)+(?:[^\W_]\b(?!['’]))?")
_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")


@dataclass(frozen=True, slots=True)
class Firm:
    """A name in parts: the words that matter, the kind of company ("" where none is said)."""

    words: tuple[str, ...]
    form: str
    joined: str
    initials: str


@lru_cache(maxsize=131_072)
def firm(name: str) -> Firm:
    """The parts of a company's name."""
    east = bool(_EAST.search(name))
    bare = _EAST.sub(" ", _BRACKETS.sub(" ", name) if not _BRACKETS.fullmatch(name) else name)
    bare = bare.replace("&", " and ").replace("+", " and ").replace("/", "")
    words = spelt(_DOTTED.sub(_undotted, bare)).split()
    words, form = _without_form(words)
    kept = [_SHORT.get(word, word) for word in words if word not in _AND] or words
    if len(kept) > 1 and kept[0] in ("the", "die", "der", "das", "la", "le", "les", "el", "il"):
        kept = kept[1:]
    initials = "".join(word[0] for word in kept if word not in ("of", "for", "de", "der", "du"))
    return Firm(tuple(kept), form or ("kk" if east else ""), "".join(kept), initials)


def bare_name(name: str) -> str:
    """The name without legal form and spaces, short words spelt out."""
    return firm(name).joined if name else ""


@lru_cache(maxsize=131_072)
def same_word(one: str, other: str) -> float:
    """How far two words of a name are the same: 1 equal … 0 other."""
    if one == other:
        return 1.0
    if _stem(one) == _stem(other):
        return 0.95
    short, long = sorted((one, other), key=len)
    if short.isdigit() or long.isdigit():
        return 0.0
    if is_typo(short, long):
        return SLIPS[0]
    if len(short) > 3 and sound(short) == sound(long):
        return SLIPS[1]
    if shortened(short, long):
        return 0.6
    return 0.6 if len(short) > 5 and likeness(short, long) > 0.92 else 0.0


def shortened(short: str, long: str) -> bool:
    """Whether a word is cut off or squeezed from another: mach, mchry, mfg."""
    if len(short) < 3 or len(long) < len(short) + 2 or short[0] != long[0]:
        return False
    if long.startswith(short):
        return True
    squeezed = iter(long)
    in_order = all(letter in squeezed for letter in short)
    return in_order and len(short) <= 6 and sum(letter in "aeiou" for letter in short[1:]) <= 1


def _undotted(found: re.Match[str]) -> str:
    letters = re.sub(r"[.\s]", "", found.group())
    return f" {letters} " if len(letters) > 1 else found.group()


def _without_form(words: list[str]) -> tuple[list[str], str]:
    """Legal forms at the end (or the beginning) are cut off as long as a name is left."""
    form = ""
    while len(words) > 1:
        length = next(
            (n for n in range(min(6, len(words) - 1), 0, -1) if " ".join(words[-n:]) in _FORM), 0
        )
        if not length:
            break
        form = form or _FORM[" ".join(words[-length:])]
        words = words[:-length]
        while len(words) > 1 and words[-1] in _AND:
            words = words[:-1]
    first = words[0] if len(words) > 1 else ""
    if not form and first in _BEFORE:
        return words[1:], _FORM[first]
    return words, form


def _stem(word: str) -> str:
    if len(word) > 5 and word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word


def _forms(lines: Sequence[str]) -> dict[str, str]:
    return {spelt(one): line.split("|")[0] for line in lines for one in line.split("|")}


_FORM = _forms(_FORMS.strip().splitlines())
_BEFORE = frozenset(("ooo", "oao", "pao", "zao", "ao", "tov", "pt", "ip", "too", "kk"))
