"""Names of people: what is left of them once titles are gone, and how two of them agree."""

from collections.abc import Sequence
from enum import IntEnum
from functools import lru_cache

from core.learn.matching_text import is_typo, likeness, plain, sound, spelt

HONORIFICS = frozenset(
    """mr mrs ms miss mx dr prof professor sir dame lord lady rev hon herr frau fraulein hr fr dipl
    ing mag med phil mme mlle monsieur madame mademoiselle mons sr sra srta don dona senor senora
    sig sigra signor signora dott dottssa avv arch dhr mevr mw pan pani gospodin doktor phd mba msc
    bsc md esq cpa ba ma llm rer nat habil""".split()  # noqa: SIM905
)
GENERATIONS = frozenset(("jr", "junior", "sr", "senior", "ii", "iii", "iv"))
PARTICLES = frozenset(
    """von van der den de del della da dos das di du la le el al zu zum zur ten ter te af av bin
    ibn ben mac o y e""".split()  # noqa: SIM905
)
# each line is one name; a word may stand in several lines
_NICKNAMES = """
robert rob bob bobby robbie bert roberto
william will bill billy willy liam guillermo guillaume wilhelm willem
richard rick dick rich richie ricardo riccardo
james jim jimmy jamie
john jack johnny jon johnnie jean juan johann johannes hans giovanni ivan jan
jonathan jon jonny nathan
joseph joe joey josef jose pepe giuseppe beppe yosef iosif osip
michael mike mick mickey mikey michel miguel michele mikhail misha mikael
david dave davy davide
daniel dan danny daniele
thomas tom tommy tomas tommaso
christopher chris kit topher christoph christophe cristobal cristoforo
christian chris cristian
christina christine chris tina chrissy kristina kristin cristina
anthony tony antonio anton antoine toni
andrew andy drew andreas andre andrea andrei andres andrzej
alexander alex sandy xander sasha alexandre alejandro alessandro aleksandr oleksandr alexandros
alexandra alex sandra sasha alessandra alejandra aleksandra
nicholas nick nicky nicolas nicola niklas nikolaus klaus nikolai nico
matthew matt matty matthias mathieu mateo matteo matvei
edward ed eddie ted ned teddy eduard eduardo edoardo
edmund ed eddie ted ned
edwin ed eddie
theodore ted teddy theo theodor
charles charlie chuck chas carlos carlo karl carl
henry harry hank heinrich henri enrique enrico heinz
harold harry hal
lawrence laurence larry laurent lorenzo lorenz lars
gerald gerry jerry gerard gerhard gert
jeremy jerry
jeffrey jeff geoff geoffrey
gregory greg gregor gregorio grigori grisha
stephen steven steve stefan stephan stefano etienne esteban
philip phillip phil pip philippe felipe filippo
peter pete pedro pierre pietro pyotr petr piotr petros
paul pablo paolo pavel pasha pavlos
patrick pat paddy patricio patrice patrizio
patricia pat patty trish tricia patrizia
samuel sam sammy
samantha sam sammy
benjamin ben benny benji
timothy tim timmy
kenneth ken kenny
ronald ron ronnie
donald don donnie
raymond ray raimund ramon
leonard leo len lenny leonardo leonhard
frederick frederic fred freddie fritz friedrich federico frederik
francis frank frankie francisco paco francesco franz francois
franklin frank
albert al bert alberto albrecht
alfred fred alf alfredo
walter walt wally
vincent vince vinnie vincenzo vicente
victor vic vittorio viktor
eugene gene evgeni yevgeny zhenya eugen
dmitri dmitry dimitri dima dimitrios mitya
vladimir vova volodya vlad volodymyr
sergei sergey serge sergio serhii seryozha
george georg jorge giorgio yuri yurii georgios jurgen joerg jurg georges
louis lewis lou luis luigi ludwig lutz
ignacio nacho ignazio ignatius
manuel manolo manu emmanuel emanuele manny
rafael rafa raffaele raphael
javier xavier javi
santiago santi iago
wolfgang wolf
joachim jochen achim joaquin
sebastian seb basti sebastien sebastiano
maximilian max maxi maximilien massimiliano
maxim max maksim maxime
elizabeth elisabeth liz beth betty eliza lizzie lisa elsa bess libby lisbeth elisabetta yelizaveta
margaret maggie meg peggy marge margie greta margarete margarita marguerite rita grete
katherine catherine kathryn kate katie kathy cathy katharina kat kitty caterina ekaterina katya
jennifer jen jenny
jessica jess jessie
rebecca becky becca rebekka
deborah deb debbie
susan suzanne sue susie suzy susanne susanna suse
barbara barb babs barbie
victoria vicky vicki tori viktoria
jacqueline jackie jacqui
judith judy judit
pamela pam
cynthia cindy
theresa teresa tess terry therese
veronica ronnie vera veronika veronique
gabriele gabi gabriela gabriella gaby gabrielle
gabriel gabe gabriele
dorothy dot dottie dorothea dora
eleanor ellie nell nora eleonora leonore
helen helena nell elena helene yelena lena ellen
anna anne ann annie anja anya annette anita ana anouk
johanna hanna hanne joanna giovanna jeanne juana
hannah hanna
maria mary marie mariya masha molly polly
angela angie angelika angelina
sarah sara sally
abigail abby gail
amanda mandy
christiane chris
claudia claudine
charlotte lottie charlie carlotta
caroline carol carrie carolina karoline karolina
laura lauren laurie lora
linda lynn lin
melissa mel lissa
melanie mel
nancy nan ann
natalie natalia nathalie natasha nataliya tasha
olga olya helga
irina ira irene iryna
svetlana sveta svitlana
tatiana tanya tatjana tania
yulia julia julie giulia julija
sofia sophie sophia sofie sonja sonya
ursula uschi ulla
gertrud trude trudi gertrude
brigitte gitte birgit brigitta bridget
renate reni renata
ulrich uli ulrik ulrike
guenther gunther gunter
rudolf rudi rodolfo rudolph
hermann herman armando
bernhard bernd bernard bernardo bernie
reinhard reinhold reiner
dieter dietrich dirk
cornelius cornelis kees cor
jacobus jacob jakob jaap jacques giacomo jaime iago
adrianus adriaan adrian adriano
johanna anke
pilar pili
dolores lola
consuelo chelo
concepcion concha conchi
mercedes merche
rosario charo
zachary zach zack zak
joshua josh
nathaniel nate nat nathan
dominic dom nick dominik dominique domenico
cameron cam
douglas doug
russell russ
stanley stan stanislav stanislaw
martin marty martino martinus
marcus marc mark marco markus marcos marek
lucas luke luca lukas luc lukasz
jacob jake
bradley brad
clifford cliff
curtis curt kurt konrad conrad
mohammed mohamed muhammad mohammad mohamad muhammed mehmet mo
ahmed ahmad achmed
hussein husain hussain
yusuf yousef youssef josef
abdullah abdallah
"""


class Agreement(IntEnum):
    """How two names agree, the best first. MISSING says nothing."""

    SAME = 1
    PART = 2  # one holds the other: Berg and Berg-Müller
    VARIANT = 3  # a nickname, the name in another language
    TYPO = 4
    INITIAL = 5
    SIMILAR = 6
    DIFFERENT = 7
    MISSING = 8


@lru_cache(maxsize=65_536)
def words_of(name: str) -> tuple[str, ...]:
    """The words of a name that tell somebody apart, folded; titles and particles are gone."""
    words = [word for word in spelt(name).split() if word not in HONORIFICS]
    kept = [word for word in words if word not in PARTICLES and word not in GENERATIONS]
    return tuple(kept or words)


@lru_cache(maxsize=65_536)
def generation(name: str) -> str:
    """`jr`, `sr`, `ii`…: what tells a father and a son of one name apart."""
    last = plain(name).rpartition(" ")[2]
    short = {"junior": "jr", "senior": "sr"}.get(last, last)
    return short if last in GENERATIONS and " " in plain(name) else ""


@lru_cache(maxsize=65_536)
def root(word: str) -> str:
    """The first of the names that a nickname may stand for; other words stand for themselves."""
    groups = _GROUPS.get(word)
    return min(groups) if groups else word


def given(left: Sequence[str], right: Sequence[str]) -> Agreement:
    """How two given names agree."""
    if not left or not right:
        return Agreement.MISSING
    one, other = "".join(left), "".join(right)
    if one == other:
        return Agreement.SAME
    if len(one) == 1 or len(other) == 1 or _initials(left, right) or _initials(right, left):
        return Agreement.INITIAL if one[0] == other[0] else Agreement.DIFFERENT
    if left[0] == right[0] and len(left[0]) > 1 and _hold(left, right):
        return Agreement.SAME
    if _variants(left[0], right[0]):
        return Agreement.VARIANT
    return _written(one, other)


def family(left: Sequence[str], right: Sequence[str]) -> Agreement:
    """How two family names agree."""
    if not left or not right:
        return Agreement.MISSING
    one, other = "".join(left), "".join(right)
    if one == other:
        return Agreement.SAME
    if len(one) == 1 or len(other) == 1:
        return Agreement.INITIAL if one[0] == other[0] else Agreement.DIFFERENT
    if len(left) != len(right) and _share(left, right):
        return Agreement.PART
    return _written(one, other)


@lru_cache(maxsize=65_536)
def _written(one: str, other: str) -> Agreement:
    if is_typo(one, other) or (len(one) > 3 and sound(one) == sound(other)):
        return Agreement.TYPO
    return Agreement.SIMILAR if likeness(one, other) >= 0.87 else Agreement.DIFFERENT


@lru_cache(maxsize=65_536)
def _variants(one: str, other: str) -> bool:
    mine, theirs = _GROUPS.get(one), _GROUPS.get(other)
    if mine and theirs and not mine.isdisjoint(theirs):
        return True
    short, long = sorted((one, other), key=len)
    stem = short.rstrip("iye") if len(short) > 3 else short  # Andi, Kathie
    return len(stem) >= 3 and len(long) - len(stem) >= 2 and long.startswith(stem)


def _hold(left: Sequence[str], right: Sequence[str]) -> bool:
    """Whether the further names do not speak against each other: Anna, Anna M., Anna Maria."""
    pairs = zip(left[1:], right[1:], strict=False)
    return all(a.startswith(b) or b.startswith(a) for a, b in pairs)


def _initials(short: Sequence[str], long: Sequence[str]) -> bool:
    """J P or jp for Jean Paul."""
    letters = "".join(word[0] for word in long)
    return len(long) > 1 and "".join(short) == letters


def _share(left: Sequence[str], right: Sequence[str]) -> bool:
    return any(len(word) > 2 and word in right for word in left)


def _groups() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in _NICKNAMES.strip().splitlines():
        names = [spelt(word) for word in line.split()]
        for word in names:
            found.setdefault(word, set()).add(names[0])
    return {word: frozenset(names) for word, names in found.items()}


_GROUPS = _groups()
