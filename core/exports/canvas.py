"""Drawing on slides: text, cards, tables and native charts, in one type scale and one grid.

The theme's colours and fonts are the brand's, so that a person who edits the deck stays in them.
"""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION
from pptx.enum.shapes import MSO_SHAPE, PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.opc.oxml import serialize_part_xml
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.oxml.xmlchemy import OxmlElement
from pptx.util import Emu, Inches, Pt

from core.exports.colours import GREY, INK, LINE, Palette

WIDTH, HEIGHT = 13.333, 7.5  # inches, 16:9
LEFT, RIGHT, TOP = 0.8, 0.8, 1.95
INNER = WIDTH - LEFT - RIGHT
FONT = "Arial"  # on every machine; Inter would be replaced wherever it is not installed
NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
_TITLE_SLIDE, _TITLE_ONLY = 0, 5
_TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
_FURNITURE = (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER)


class Canvas:
    """A deck under way."""

    def __init__(self, palette: Palette, footer: str, font: str = FONT) -> None:
        self.palette = palette
        self.deck = Presentation()
        self.deck.slide_width, self.deck.slide_height = Inches(WIDTH), Inches(HEIGHT)
        self._footer = footer
        layouts = list(self.deck.slide_layouts)
        self._cover, self._plain = layouts[_TITLE_SLIDE], layouts[_TITLE_ONLY]
        for layout in layouts:
            if layout not in (self._cover, self._plain):
                self.deck.slide_layouts.remove(layout)
        self._theme(font)
        self._masters()

    def cover(self) -> Any:
        """The first slide: its title and subtitle are placeholders; their place is the caller's."""
        return self.deck.slides.add_slide(self._cover)

    def slide(self, kicker: str, title: str) -> Any:
        """A slide with its message as title, the topic above it and the footer below."""
        slide = self.deck.slides.add_slide(self._plain)
        slide.shapes.title.text_frame.text = title
        if len(title) > 62:
            slide.shapes.title.text_frame.paragraphs[0].runs[0].font.size = Pt(24)
        self.text(slide, kicker, LEFT, 0.48, INNER, 0.34, size=12, bold=True,
                  colour=self.palette.strong)  # fmt: skip
        self.text(slide, self._footer, LEFT, 7.02, INNER - 1, 0.3, size=9, colour=GREY)
        number = str(len(self.deck.slides))
        self.text(slide, number, WIDTH - RIGHT - 0.8, 7.02, 0.8, 0.3, size=9, colour=GREY,
                  align=PP_ALIGN.RIGHT)  # fmt: skip
        return slide

    def text(
        self, slide: Any, text: str, left: float, top: float, width: float, height: float, *,
        size: float = 14, bold: bool = False, colour: str = INK, align: Any = PP_ALIGN.LEFT,
        anchor: Any = MSO_ANCHOR.TOP,
    ) -> Any:  # fmt: skip
        """A box of text without inner margins; gives its frame."""
        box = slide.shapes.add_textbox(Inches(left), Inches(top), Inches(width), Inches(height))
        frame = box.text_frame
        frame.word_wrap, frame.vertical_anchor = True, anchor
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
        self.write(frame.paragraphs[0], text, size=size, bold=bold, colour=colour)
        frame.paragraphs[0].alignment = align
        return frame

    def write(
        self, paragraph: Any, text: str, *, size: float, bold: bool = False, colour: str = INK
    ) -> None:
        """One more run of text in a paragraph."""
        run = paragraph.add_run()
        run.text = text
        run.font.size, run.font.bold = Pt(size), bold
        run.font.color.rgb = rgb(colour)

    def block(
        self, slide: Any, left: float, top: float, width: float, height: float, colour: str, *,
        outline: str | None = None, rounded: bool = False,
    ) -> Any:  # fmt: skip
        """A plain rectangle without text or shadow; decoration for screen readers."""
        kind = MSO_SHAPE.ROUNDED_RECTANGLE if rounded else MSO_SHAPE.RECTANGLE
        shape = slide.shapes.add_shape(
            kind, Inches(left), Inches(top), Inches(width), Inches(height)
        )
        if rounded:
            shape.adjustments[0] = 0.05
        style = shape._element.find(qn("p:style"))
        shape._element.remove(style)  # it would bring the theme's shadow
        shape.fill.solid()
        shape.fill.fore_color.rgb = rgb(colour)
        if outline is None:
            shape.line.fill.background()
        else:
            shape.line.color.rgb, shape.line.width = rgb(outline), Pt(0.75)
        return shape

    def table(
        self, slide: Any, heading: Sequence[str], lines: Sequence[Sequence[str]],
        widths: Sequence[float], *, numbers_from: int = 1, top: float = TOP, size: float = 13,
        alt: str = "",
    ) -> None:  # fmt: skip
        """A table with hairlines; columns from `numbers_from` on are set to the right."""
        height = min(0.46, 4.75 / (len(lines) + 1))
        frame = slide.shapes.add_table(
            len(lines) + 1, len(heading), Inches(LEFT), Inches(top), Inches(sum(widths)),
            Inches(height * (len(lines) + 1)),
        )  # fmt: skip
        describe(frame, alt)
        table = frame.table
        table.horz_banding = False
        table._tbl.tblPr.find(qn("a:tableStyleId")).text = NO_STYLE
        for index, width in enumerate(widths):
            table.columns[index].width = Inches(width)
        for row_no, line in enumerate((heading, *lines)):
            table.rows[row_no].height = Inches(height)
            for column, value in enumerate(line):
                self._cell(table.cell(row_no, column), value, row_no, column >= numbers_from, size)

    def bars(
        self, slide: Any, names: Sequence[str], series: dict[str, Sequence[float]], *,
        alt: str, form: str = "#,##0", place: tuple[float, float, float, float],
        columns: bool = False, colours: Sequence[str] = (),
    ) -> None:  # fmt: skip
        """A native chart that can be edited: horizontal bars, first on top, or columns."""
        table: Any = CategoryChartData  # untyped
        chart_data = table(number_format=form)
        chart_data.categories = list(names)
        for name, values in series.items():
            chart_data.add_series(name, list(values))
        kind = XL_CHART_TYPE.COLUMN_CLUSTERED if columns else XL_CHART_TYPE.BAR_CLUSTERED
        left, top, width, height = (Inches(value) for value in place)
        frame = slide.shapes.add_chart(kind, left, top, width, height, chart_data)
        describe(frame, alt)
        chart = frame.chart
        chart.has_legend, chart.has_title = len(series) > 1, False
        if chart.has_legend:
            chart.legend.include_in_layout = False
            chart.legend.position = XL_LEGEND_POSITION.TOP
            chart.legend.font.size = Pt(11)
        self._axes(chart, columns)
        plot = chart.plots[0]
        plot.gap_width, plot.overlap = 45, 0 if len(series) == 1 else -5
        if not columns:
            plot.has_data_labels = True
            labels = plot.data_labels
            labels.number_format, labels.number_format_is_linked = form, False
            labels.position = XL_LABEL_POSITION.OUTSIDE_END
            labels.font.size, labels.font.color.rgb = Pt(12), rgb(INK)
        for drawn, colour in zip(plot.series, colours or (self.palette.strong,), strict=False):
            drawn.format.fill.solid()
            drawn.format.fill.fore_color.rgb = rgb(colour)
            drawn.invert_if_negative = False

    def picture(
        self, slide: Any, raw: bytes, left: float, top: float, *, box: tuple[float, float], alt: str
    ) -> None:
        """A picture, as large as the box allows."""
        shape = slide.shapes.add_picture(BytesIO(raw), Inches(left), Inches(top))
        scale = min(Inches(box[0]) / shape.width, Inches(box[1]) / shape.height)
        shape.width, shape.height = Emu(int(shape.width * scale)), Emu(int(shape.height * scale))
        describe(shape, alt)

    def written(self) -> bytes:
        """The deck as bytes."""
        out = BytesIO()
        self.deck.save(out)
        return out.getvalue()

    def _axes(self, chart: Any, columns: bool) -> None:
        names, values = chart.category_axis, chart.value_axis
        names.format.line.color.rgb = rgb(LINE)
        names.has_major_gridlines = values.has_major_gridlines = False
        names.tick_labels.font.size = Pt(11 if columns else 12)
        names.tick_labels.font.color.rgb = rgb(GREY if columns else INK)
        values.minimum_scale = 0
        if columns:
            skip = max(1, len(list(chart.plots[0].categories)) // 7)
            names._element.find(qn("c:noMultiLvlLbl")).addprevious(
                _element("c:tickLblSkip", val=str(skip))
            )
            values.tick_labels.font.size = Pt(11)
            values.tick_labels.font.color.rgb = rgb(GREY)
            values.format.line.fill.background()
        else:
            names.reverse_order = True
            names.format.line.fill.background()
            values.visible = False

    def _cell(self, cell: Any, text: str, row_no: int, right: bool, size: float) -> None:
        cell.margin_left, cell.margin_right = Inches(0.02), Inches(0.06)
        cell.margin_top = cell.margin_bottom = Inches(0.03)
        cell.vertical_anchor = MSO_ANCHOR.MIDDLE
        paragraph = cell.text_frame.paragraphs[0]
        paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
        head = row_no == 0
        self.write(paragraph, text, size=size - 2 if head else size, bold=head,
                   colour=GREY if head else INK)  # fmt: skip
        line = _element("a:lnB", w="12700" if head else "6350")
        line.append(_solid(INK if head else LINE))
        cell._tc.get_or_add_tcPr().append(line)

    def _theme(self, font: str) -> None:
        part = self.deck.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
        theme = parse_xml(part.blob)
        colours = {"accent1": self.palette.strong, "accent2": self.palette.accent,
                   "accent3": self.palette.mid, "dk2": INK, "lt2": self.palette.soft}  # fmt: skip
        for name, colour in colours.items():
            for slot in theme.iter(qn(f"a:{name}")):
                slot.clear()
                slot.append(_colour(colour))
        for face in ("a:majorFont", "a:minorFont"):
            for fonts in theme.iter(qn(face)):
                fonts.find(qn("a:latin")).set("typeface", font)
        part._blob = serialize_part_xml(theme)

    def _masters(self) -> None:
        """The title's place and look, once for all slides."""
        titles = next(self.deck.slide_master.element.iter(qn("p:titleStyle")))
        style = titles.find(qn("a:lvl1pPr"))
        style.set("algn", "l")
        run = style.find(qn("a:defRPr"))
        run.set("sz", "2800")
        run.set("b", "1")
        for layout in (self.deck.slide_master, self._plain, self._cover):
            for holder in list(layout.placeholders):
                kind = holder.placeholder_format.type
                if kind in _TITLES:
                    holder.left, holder.top = Inches(LEFT), Inches(0.82)
                    holder.width, holder.height = Inches(INNER), Inches(0.95)
                    holder.text_frame.vertical_anchor = MSO_ANCHOR.TOP
                    _no_margins(holder.text_frame)
                elif kind in _FURNITURE:
                    holder._element.getparent().remove(holder._element)


def describe(shape: Any, alt: str) -> None:
    """The text of a picture, chart or table for those who cannot see it."""
    shape._element.xpath(".//p:cNvPr")[0].set("descr", alt)


def rgb(colour: str) -> Any:
    """#RRGGBB as python-pptx wants it."""
    colours: Any = RGBColor  # untyped
    return colours.from_string(colour.lstrip("#").upper())


def _element(tag: str, **attributes: str) -> Any:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(name, value)
    return element


def _colour(colour: str) -> Any:
    return _element("a:srgbClr", val=colour.lstrip("#"))


def _solid(colour: str) -> Any:
    fill = _element("a:solidFill")
    fill.append(_colour(colour))
    return fill


def _no_margins(frame: Any) -> None:
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
