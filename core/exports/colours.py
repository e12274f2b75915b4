"""Colours of a brand, bent until text on them can be read (WCAG 2.2, contrast 4.5:1)."""

from dataclasses import dataclass

INK, GREY, LINE, PALE = "#1B2130", "#5B6474", "#E4E7EC", "#F6F7F9"
GOOD, WATCH, ACT = "#067647", "#B54708", "#B42318"
READABLE = 4.5


@dataclass(frozen=True, slots=True)
class Palette:
    """What a report is drawn in. `strong` is the primary colour, dark enough for white text."""

    primary: str
    secondary: str
    strong: str
    soft: str  # a tint for grounds
    mid: str  # between strong and soft, for the lesser of two bars
    accent: str  # the secondary colour, readable on white


def palette(primary: str, secondary: str) -> Palette:
    """The palette of two brand colours."""
    strong = darkened(primary)
    return Palette(
        primary, secondary, strong, mixed(strong, "#FFFFFF", 0.92), mixed(strong, "#FFFFFF", 0.62),
        darkened(secondary),
    )  # fmt: skip


def darkened(colour: str, ground: str = "#FFFFFF") -> str:
    """The colour, as much darker as it takes to be read on the ground."""
    for step in range(21):
        found = mixed(colour, "#000000", step / 20)
        if contrast(found, ground) >= READABLE:
            return found
    return "#000000"


def mixed(first: str, second: str, share: float) -> str:
    """The first colour with a share of the second."""
    pairs = zip(_parts(first), _parts(second), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    lights = sorted((_luminance(first), _luminance(second)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def _luminance(colour: str) -> float:
    parts = [value / 255 for value in _parts(colour)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _parts(colour: str) -> tuple[int, int, int]:
    text = colour.lstrip("#")
    return int(text[:2], 16), int(text[2:4], 16), int(text[4:6], 16)
