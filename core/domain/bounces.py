"""What a bounce says in words: whose mail came back, with which codes, for good or for now.

Mail servers write as they like; these are the shapes that return again and again, in the
languages they speak.
"""

import re
from dataclasses import dataclass

# the house's limit: at this share of so many mails a mailbox is paused and a campaign warned of
LIMIT, LIMIT_FROM = 0.05, 50
_ADDRESS = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.\-]+@[A-Za-z0-9](?:[A-Za-z0-9.\-]*[A-Za-z0-9])"
ADDRESS = re.compile(_ADDRESS)
_BASIC = re.compile(r"(?<![\d.])([45][0-5]\d)(?=[ \-#:;,.)]|$)(?!\.\d)", re.MULTILINE)
_ENHANCED = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_OURS = re.compile(
    r"^(?:postmaster|mailer-daemon|mailerdaemon|abuse|bounces?\b.*|no-?reply|webmaster|listmaster)$"
)

HARD_WORDS = re.compile(
    r"user unknown|unknown (?:user|recipient|mailbox|local|address|account)|no such (?:user|"
    r"recipient|mailbox|address|person|account|domain|local)|(?:does|did|do) ?n[o']t exist|"
    r"(?:not|n't|never) (?:be )?(?:found|listed|known|valid|exist)|mailbox (?:unavailable|"
    r"not found|disabled|is disabled|inactive)|invalid (?:recipient|mailbox|address|user)|"
    r"recipient(?: address)? (?:rejected|unknown|not found|invalid)|address (?:rejected|unknown)|"
    r"user (?:doesn't|does not|not|is not|isn't)|no longer (?:valid|active|available|in use|"
    r"works?)|"
    r"account (?:has been )?(?:disabled|closed|deleted|suspended|inactive)|"
    r"host (?:or domain name )?not found|domain (?:not found|does not exist)|unrouteable|"
    r"no mailbox|permanent (?:fatal )?error|fatal error|undeliverable|"
    r"(?:could not|cannot|couldn't|can't|unable to|not) (?:be )?deliver|"
    r"unbekannt|existiert nicht|nicht gefunden|unzustellbar|niet (?:worden )?(?:bezorgd|gevonden)|"
    r"n'existe pas|introuvable|non remis|no existe|no se (?:ha )?(?:encontr|pudo)|inexistente|"
    r"não (?:foi|existe|pôde)|non (?:esiste|è stato|trovato)|sconosciuto|hittades inte|okänd|"
    r"finns inte",
    re.IGNORECASE,
)
SOFT_WORDS = re.compile(
    r"delayed|still (?:trying|being)|will (?:be )?(?:retr|keep trying|try again|continue)|"
    r"temporar|not yet|deferred|try (?:again )?later|(?:has )?not been delivered yet|"
    r"delivery status notification \(delay\)|warning:? (?:message|could not send)|"
    r"you do not need to resend|greylist|rate.?limit|too many connections|"
    r"timed? ?out|timeout|could not connect|connection (?:refused|reset|lost|failed|dropped)|"
    r"lost connection|no route to host|network is unreachable|name service error|try again|"
    r"noch nicht zugestellt|verzögert|retard|retraso|ritardo|atraso|vertraag|fördröj",
    re.IGNORECASE,
)
_STILL_TRYING = re.compile(
    r"still (?:trying|being retried)|will (?:be retried|keep trying|continue|try again)|"
    r"not been delivered yet|you do not need to resend|\(delay\)|delivery .{0,20}delayed|"
    r"warning:? (?:message|could not send)|noch nicht zugestellt|verzögert",
    re.IGNORECASE,
)
_GIVEN_UP = re.compile(
    r"(?:retry (?:time|timeout) (?:not reached|exceeded)|giving up|gave up|not be retried|"
    r"too long|could not be delivered (?:for|within)|retries exceeded|expired|"
    r"deleted from the queue)",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"mail (?:delivery|system)|delivery (?:status|failure|has failed|failed|report|"
    r"to the following)|"
    r"undeliver|returned mail|failure notice|mail system at host|message could not be|"
    r"couldn'?t be delivered|wasn'?t (?:delivered|found)|not delivered|delivery incomplete|"
    r"permanent fatal errors|konnte nicht zugestellt|unzustellbar|kan niet worden bezorgd|"
    r"non (?:remis|distribu)|no se (?:ha podido|pudo) entregar|mancata consegna|"
    r"impossibile (?:recapit|"
    r"consegn)|não (?:pôde|foi) (?:ser )?entregue|kunde inte levereras|onbestelbaar|niet bezorgd",
    re.IGNORECASE,
)
_ORIGINAL = re.compile(
    r"^[ \t]*(?:-{2,}.{0,60}(?:original|copy of (?:the|your)|returned|message follows|"
    r"body of|unsent|enclosed|forwarded|header|included|text follows).{0,60}|"
    r"-{3,} ?(?:this is a copy of|below this line).*|your message (?:reads|follows).*|"
    r"(?:original message headers|message header|kopfzeilen|en-têtes).{0,40}:?)\s*$",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Bounce:
    """Whose mail came back (addresses in lower case) and whether for good."""

    addresses: tuple[str, ...]
    hard: bool
    basic: str | None = None
    enhanced: str | None = None
    reason: str = ""
    delayed: bool = False  # the server still tries; nothing came back yet


def is_delay(text: str) -> bool:
    """Whether a report says that the server goes on trying."""
    return bool(_STILL_TRYING.search(" ".join(text.split())))


def sounds_like_bounce(text: str) -> bool:
    """Whether a text speaks of a mail that was not delivered."""
    return bool(_ABOUT.search(text[:6_000]))


def read_words(text: str, *, ours: frozenset[str] = frozenset()) -> Bounce | None:
    """The bounce that a text describes; None where it names no address. `ours` are addresses of
    senders, which never bounced themselves.
    """
    report = _report_of(text)
    addresses = recipients(report, ours) or recipients(text, ours)
    if not addresses:
        return None
    basic, enhanced = codes(report)
    hard = is_hard(report, basic, enhanced)
    delayed = not hard and is_delay(report)
    return Bounce(addresses, hard, basic, enhanced, _line(report), delayed)


def recipients(text: str, ours: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """The addresses that a report is about: the best kind of place in which any stands."""
    for pattern in _PLACES:
        found = [match.group(1).lower().strip(".'") for match in pattern.finditer(text)]
        kept = [address for address in found if _is_theirs(address, ours)]
        if kept:
            return tuple(dict.fromkeys(kept))
    return ()


def codes(text: str) -> tuple[str | None, str | None]:
    """The basic (550) and the enhanced (5.1.1) code of a report, where it gives them."""
    enhanced = _ENHANCED.search(text)
    basic: str | None = None
    for found in _BASIC.finditer(text):
        near = text[max(found.start() - 40, 0) : found.end() + 60]
        if re.search(
            r"(?i)said|smtp|error|status|code|remote|server|#|deliver|\d\.\d\.\d|[a-z]", near
        ):
            basic = found.group(1)
            break
    return basic, enhanced.group(1) if enhanced else None


def is_hard(text: str, basic: str | None, enhanced: str | None) -> bool:
    """Whether it is for good: by the code where there is one, else by the words."""
    text = " ".join(text.split())
    for code in (enhanced, basic):
        if code is not None and code[0] in "45":
            return code[0] == "5"
    return bool(_GIVEN_UP.search(text)) or not SOFT_WORDS.search(text)


def _is_theirs(address: str, ours: frozenset[str]) -> bool:
    local = address.rpartition("@")[0]
    return address not in ours and ".." not in address and not _OURS.match(local)


def _report_of(text: str) -> str:
    """The report without the mail that came back."""
    cut = _ORIGINAL.search(text, 40)
    return text[: cut.start()] if cut else text


def _line(text: str) -> str:
    for line in text.splitlines():
        if _ENHANCED.search(line) or _BASIC.search(line) or HARD_WORDS.search(line):
            return " ".join(line.split())[:300]
    return " ".join(text.split())[:200]


_PLACES = tuple(
    re.compile(pattern, re.IGNORECASE | re.MULTILINE)
    for pattern in (
        # the lines of a delivery status, sometimes within the text
        rf"^\s*(?:final-recipient|original-recipient|"
        rf"x-actual-recipient)\s*:\s*(?:rfc822\s*;)?\s*<?({_ADDRESS})",
        rf"^\s*x-failed-recipients\s*:\s*<?({_ADDRESS})",
        # <someone@else.com>: host mx said: 550 …
        rf"^\s*<({_ADDRESS})>\s*(?:\([^)]*\))?\s*:",
        rf"RCPT TO:\s*<({_ADDRESS})>",
        # someone@else.com wasn't found, couldn't be delivered to, of or to …
        rf"({_ADDRESS})(?:<mailto:[^>]*>)?\s*(?:was|could|were)(?:n'?t| not)",
        rf"(?:message|mail|e-?mail|nachricht|bericht|messaggio|mensaje|mensagem)\s+(?:to|an|aan|"
        rf"à|a|para|till)\s+"
        rf"<?({_ADDRESS})>?",
        rf"^\s*(?:failed recipient|recipient|to|unknown user|user|address|invalid address|"
        rf"empfänger|"
        rf"destinataire|destinatario|destinatário|mottagare|ontvanger)\s*:\s*<?({_ADDRESS})>?\s*$",
        rf"(?:following (?:address|recipient)|addressees|geadresseerden|empfänger|destinataires|"
        rf"destinatari|destinatarios|destinatários|"
        rf"mottagare)[^\n]{{0,120}}\n(?:\s*\n)*\s*<?({_ADDRESS})",
        rf"^\s*<?({_ADDRESS})>?(?:<mailto:[^>]*>)?\s*(?:\.\.\.|:|\(|-|;|$)",
        rf"(?:recipient|user|mailbox|address|account|rcpt|no such|unknown|for|"
        rf"to)\W{{1,4}}({_ADDRESS})",
        rf"<({_ADDRESS})>",
        rf"({_ADDRESS})",
    )
)


def too_many(bounced: int, sent: int) -> bool:
    """Whether more bounces than the house allows came back of what was sent; never of a few."""
    return sent >= LIMIT_FROM and bounced / sent >= LIMIT
