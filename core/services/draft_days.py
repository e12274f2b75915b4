"""First lines that take up the day a reply named, in the words of four languages."""

from core.domain.replies_appointments import Appointment

_DAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
}
_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre "
    "diciembre",
}
# the day; the hour on their clock; the lines with an hour, and without one
_TEXTS = {
    "en": (
        "{weekday}, {day} {month}",
        ", {hour:%H:%M} your time",
        "Hi{name},\n\nthank you, gladly: {when}. I will send an invitation right away.\n\nIf it "
        "has to be another time after all, one line is enough.",
        "Hi{name},\n\nthank you, gladly: {when}. Which time suits you best? I will send an "
        "invitation right away.",
    ),
    "de": (
        "{weekday}, {day}. {month}",
        ", {hour:%H:%M} Uhr Ihrer Zeit",
        "Hallo{name},\n\nvielen Dank, sehr gern: {when}. Ich schicke Ihnen gleich eine Einladung."
        "\n\nSollte es doch nicht passen, genügt eine Zeile.",
        "Hallo{name},\n\nvielen Dank, sehr gern: {when}. Welche Uhrzeit passt Ihnen am besten? Ich "
        "schicke Ihnen gleich eine Einladung.",
    ),
    "fr": (
        "{weekday} {day} {month}",
        " à {hour:%H} h {hour:%M}, à votre heure",
        "Bonjour{name},\n\nmerci, avec plaisir : {when}. Je vous envoie une invitation aussitôt."
        "\n\nSi cela ne convenait plus, un mot suffit.",
        "Bonjour{name},\n\nmerci, avec plaisir : {when}. Quelle heure vous convient le mieux ? Je "
        "vous envoie une invitation aussitôt.",
    ),
    "es": (
        "{weekday} {day} de {month}",
        " a las {hour:%H:%M}, su hora",
        "Hola{name}:\n\nMuchas gracias, con mucho gusto: {when}. Le envío una invitación "
        "enseguida.\n\nSi al final no le viene bien, basta una línea.",
        "Hola{name}:\n\nMuchas gracias, con mucho gusto: {when}. ¿Qué hora le viene mejor? Le "
        "envío una invitación enseguida.",
    ),
}


def answer(named: Appointment, name: str, language: str) -> str:
    """The lines with the named day; `language` is one of those above, `name` what follows "Hi"."""
    day, hour, with_hour, without = _TEXTS[language]
    when = day.format(
        weekday=_DAYS[language].split()[named.day.weekday()],
        day=named.day.day,
        month=_MONTHS[language].split()[named.day.month - 1],
    )
    if named.hour is None:
        return without.format(name=name, when=when)
    return with_hour.format(name=name, when=when + hour.format(hour=named.hour))
