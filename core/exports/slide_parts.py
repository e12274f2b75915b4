"""Parts that several slides share: numbered sentences, a narrow table, the words of the cover."""

from collections.abc import Sequence
from typing import Any

from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Inches, Pt

from core.exports import colours
from core.exports.canvas import INNER, LEFT, TOP, Canvas, rgb
from core.exports.colours import GREY, LINE, PALE

WHITE = "#FFFFFF"


def numbered(canvas: Canvas, kicker: str, title: str, lines: Sequence[str]) -> None:
    """A slide of numbered sentences between hairlines."""
    slide = canvas.slide(kicker, title)
    for index, line in enumerate(lines):
        top = TOP + index * 0.93
        canvas.block(slide, LEFT, top, INNER, 0.012, LINE)
        canvas.text(slide, str(index + 1), LEFT, top + 0.2, 0.6, 0.4, size=18, bold=True,
                    colour=canvas.palette.strong)  # fmt: skip
        canvas.text(slide, line, LEFT + 0.7, top + 0.2, INNER - 0.9, 0.65, size=16)


def beside(
    canvas: Canvas, slide: Any, heading: Sequence[str], lines: Sequence[Sequence[str]]
) -> None:
    """A narrow table right of a chart, on a pale ground."""
    left, width = 8.55, 4.0
    canvas.block(slide, left - 0.25, TOP, width + 0.45, 4.7, PALE, rounded=True)
    height = min(0.5, 4.3 / (len(lines) + 1))
    for number_, line in enumerate((heading, *lines)):
        top = TOP + 0.18 + number_ * height
        head = number_ == 0
        for value, offset, room, right in (
            (line[0], 0.0, 1.7, False), (line[1], 1.5, 1.25, True), (line[2], 2.75, 1.2, True)
        ):  # fmt: skip
            frame = canvas.text(slide, value, left + offset, top, room, height,
                                size=10 if head else 12, bold=head or not right,
                                colour=GREY if head else colours.INK,
                                anchor=MSO_ANCHOR.MIDDLE)  # fmt: skip
            if right:
                frame.paragraphs[0].alignment = PP_ALIGN.RIGHT


def place(shape: Any, top: float, height: float) -> None:
    """Over the whole width."""
    shape.left, shape.top = Inches(LEFT), Inches(top)
    shape.width, shape.height = Inches(INNER), Inches(height)


def say(frame: Any, text: str, size: float, *, bold: bool = False) -> None:
    """White text in a placeholder of the cover."""
    frame.text = text
    frame.margin_left = frame.margin_top = frame.margin_bottom = 0
    frame.vertical_anchor = MSO_ANCHOR.TOP
    run = frame.paragraphs[0].runs[0]
    frame.paragraphs[0].alignment = PP_ALIGN.LEFT
    run.font.size, run.font.bold = Pt(size), bold
    run.font.color.rgb = rgb(WHITE)


def cut(text: str, most: int) -> str:
    """The text, cut to a length with an ellipsis."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
