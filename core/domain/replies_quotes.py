"""What a person wrote anew in a reply: quotes, the quoted mail's heads and signatures are cut.

Shapes of Outlook, Gmail, Apple Mail, Thunderbird, Yahoo and phones, in some twenty languages.
"""

import re

_VERBS = (
    r"wrote|writes|schrieb|schreibt|a écrit|écrit|escribi[oó]|ha scritto|scrive|escreveu|schreef|"
    r"skrev|skriver|kirjoitti|napisał(?:\(a\)|a)?|napsal(?:\(a\)|a)?|написал(?:\(а\)|а)?|пишет|"
    r"a scris|írta|yazdı|έγραψε|napísal(?:a)?|viết|написа|je napisao|a skrifað|geschreven|"
    r"写道|写到|のメール|님이 작성"
)
_OPENERS = (
    r"on|at|am|le|el|il|em|op|den|på|w dniu|dnia|dne|in data|tarihinde|a|an|il giorno|"
    r"vào|στις|pada|dňa|le jour|gio|ngày"
)
_MAIL = r"<?\s*(?:mailto:)?[^\s<>()\[\]]+@[^\s<>()\[\]]+?\s*>?"

# "On Mon, 2 Mar 2026 at 10:00, Anna Berg <anna@x.com> wrote:", over at most five lines
_INTRO = re.compile(
    rf"^\W{{0,3}}(?:(?:{_OPENERS})\b)?.{{0,300}}(?:\d|{_MAIL}).{{0,300}}\b(?:{_VERBS})\W{{0,4}}$",
    re.IGNORECASE,
)
# "Op 12 december 2016 19:05 schreef Anna Berg <anna@x.com>:", the verb before the name
_INTRO_NAME_LAST = re.compile(
    rf"^\W{{0,3}}.{{0,120}}\d.{{0,120}}\b(?:{_VERBS})\b.{{0,200}}:\W{{0,2}}$", re.IGNORECASE
)
# "30.09.2017, 18.30, "Anna Berg" <anna@x.com>:", no verb at all
_INTRO_BARE = re.compile(rf"^.{{0,20}}\d.{{3,200}}{_MAIL}\)?\s*:\s*$")
_INTRO_NAMED = re.compile(r"^(?=.*\d{1,2}[:.]\d{2})(?=.*\d{4}).{0,60}\"[^\"]{2,80}\".{0,200}:\s*$")

_FROM = (
    r"from|von|de|van|da|från|fra|od|lähettäjä|от|kimden|expéditeur|feladó|remitente|mittente|"
    r"afzender|avsändare|absender|remetente|από|发件人|寄件者|差出人|보낸사람"
)
_OTHERS = (
    r"sent|date|to|cc|subject|gesendet|datum|an|betreff|kopie|envoyé(?: le)?|date|à|a|objet|cc|"
    r"sujet|copie à|enviado(?: el)?|fecha|para|asunto|inviato|data|oggetto|verzonden|aan|onderwerp|"
    r"enviada?(?: em)?|assunto|skickat|till|ämne|sendt|dato|til|emne|wysłano|do|temat|"
    r"lähetetty|vastaanottaja|aihe|отправлено|дата|кому|тема|reply-to|odesláno|komu|předmět|"
    r"gönderildi|kime|konu|elküldve|címzett|tárgy|发送时间|收件人|主题|日付|宛先|件名"
)
_HEAD_FROM = re.compile(rf"^[\s>*_]*(?:{_FROM})\s?\*?\s?[::]\s?\*?\s*\S", re.IGNORECASE)
_HEAD_ANY = re.compile(rf"^[\s>*_]*(?:{_FROM}|{_OTHERS})\s?\*?\s?[::]", re.IGNORECASE)
_MESSAGE_OF = re.compile(r"^\s*message du\s*:", re.IGNORECASE)

# "-----Original Message-----" and its sisters; any words between dashes
_DASHED = re.compile(r"^[\s>]*-{2,}\s?(?=[^\W\d_])[^\n]{3,60}?\s?-{2,}\s*$")
_BEGIN = re.compile(
    r"^\s*(?:begin forwarded message|anfang der weitergeleiteten|début du message (?:transféré|"
    r"réexpédié)|inizio messaggio inoltrato|inicio del mensaje reenviado|"
    r"vidarebefordrat (?:brev|meddelande))\W*",
    re.IGNORECASE,
)
_LINE = re.compile(r"^\s*_{10,}\s*$")
_DELIMITER = re.compile(r"^\s*--\s*$|^\s*-- \w.{0,60}$")
_PHONE = re.compile(
    r"^\W{0,4}(?:sent (?:from|via|with|using)\b|get outlook for|sent by|gesendet (?:von|mit|via)\b|"
    r"von meinem .{2,30} gesendet|diese (?:nachricht|e-?mail) wurde von meinem|"
    r"envoyé (?:de|depuis|à partir|avec|via)\b|télécharge[rz] outlook|obtenez outlook|"
    r"enviado (?:desde|de|do|da|a partir|con|com|via)\b|obtener outlook|obter o? ?outlook|"
    r"inviato da\b|scarica outlook|ottieni outlook|verzonden (?:vanaf|met|via|van)\b|"
    r"outlook voor|skickat från|skickad från|hämta outlook|sendt fra|lähetetty|"
    r"wysłane z|wysłano z|отправлено (?:с|из)|odesláno z|outlook für|holen sie sich outlook|"
    r"inviata? dal?\b|gönderildi|从我的.*发(?:送|出)|iphoneから送信)",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"^\W{0,3}(?:(?:best|kind|warm|many)\s+(?:regards|wishes|thanks)|best|regards|cheers|sincerely|"
    r"yours (?:sincerely|faithfully|truly)|thanks(?: and regards)?|many thanks|"
    r"mit (?:freundlichen|besten|herzlichen) "
    r"grüßen|mfg|viele grüße|beste grüße|liebe grüße|freundliche grüße|schöne grüße|lg|vg|"
    r"cordialement|bien (?:à vous|cordialement)|meilleures salutations|sincères salutations|"
    r"(?:un )?(?:cordial )?saludos?(?: cordiales)?|atentamente|cordiali saluti|distinti saluti|"
    r"saluti|un saluto|atenciosamente|cumprimentos|com os melhores cumprimentos|abraços?|"
    r"met vriendelijke groet(?:en)?|mvg|vriendelijke groeten|groet(?:en|jes)?|"
    r"med vänlig(?:a)? hälsning(?:ar)?|vänliga hälsningar|hälsningar|mvh|bästa hälsningar)\W{0,3}$",
    re.IGNORECASE,
)
_RULES = re.compile(r"(?:\n[\s>]*[=_*\-–—]{3,}[ \t]*)+$")
LONGEST_INTRO = 5  # lines
NEARBY = 6  # lines within which two heads of a quoted mail stand together


def visible_text(text: str) -> str:
    """The new words of a reply. Where the answer stands under the quote, that is what is kept."""
    lines = text.replace("\r\n", "\n").replace("\u202f", " ").replace("\xa0", " ").split("\n")
    end, after = _first_cut(lines)
    above = _unquoted(lines[:end])
    if above or after is None:
        return above
    rest = [line for line in lines[after:] if not line.lstrip().startswith(">")]
    below = _unquoted(rest[: _first_cut(rest)[0]])
    quoted = any(line.lstrip().startswith(">") for line in lines[after:])
    return below if quoted else ""


def without_closing(visible: str) -> str:
    """The text up to "Best regards": what names and titles stand below says no intent."""
    lines = visible.split("\n")
    for at, line in enumerate(lines):
        if at and _ENDS.match(line) and any(part.strip() for part in lines[:at]):
            return "\n".join(lines[:at]).strip()
    return visible


def _unquoted(lines: list[str]) -> str:
    kept = "\n".join(line for line in lines if not line.lstrip().startswith(">")).strip("\n")
    return _RULES.sub("", f"\n{kept.rstrip()}").strip()


def _first_cut(lines: list[str]) -> tuple[int, int | None]:
    """Where the new text ends, and where what may stand below a quote's head begins (None after
    a signature).
    """
    for at, line in enumerate(lines):
        if not line.strip():
            continue
        if _DELIMITER.match(line) or (len(line) < 120 and _PHONE.match(line)):
            return at, None
        if _DASHED.match(line) or _LINE.match(line) or _BEGIN.match(line):
            return at, at + 1
        if _MESSAGE_OF.match(line) or _is_head(lines, at):
            return at, at + 1
        if length := _intro_length(lines, at):
            return at, at + length
    return len(lines), None


def _is_head(lines: list[str], at: int) -> bool:
    """Whether the heads of a quoted mail begin here: "From:" and another within a few lines."""
    if not _HEAD_FROM.match(lines[at]):
        return False
    following = [line for line in lines[at + 1 : at + 1 + NEARBY] if line.strip()]
    return any(_HEAD_ANY.match(line) for line in following[:3])


def _intro_length(lines: list[str], at: int) -> int:
    """Over how many lines "On … wrote:" stands from here; 0 where it does not."""
    joined = ""
    for length in range(1, LONGEST_INTRO + 1):
        if at + length > len(lines) or not lines[at + length - 1].strip():
            return 0
        joined = f"{joined} {lines[at + length - 1].strip()}".strip()
        if len(joined) > 400 or joined.startswith(">"):
            return 0
        patterns = (_INTRO, _INTRO_NAME_LAST, _INTRO_BARE, _INTRO_NAMED)
        if any(pattern.match(joined) for pattern in patterns) and _starts(lines[at]):
            return length
    return 0


def _starts(line: str) -> bool:
    """Whether a line can begin such an intro: a date or a known opener, not a sentence."""
    return bool(
        re.match(rf"^\W{{0,3}}(?:{_OPENERS})\b", line, re.IGNORECASE)
        or re.match(r"^.{0,20}\d", line)
        or re.search(_MAIL, line)
    )
