"""Logos for simulated clients: drawn here, so that nothing is fetched and nothing is borrowed."""

from html import escape
from io import BytesIO
from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Circle, PathPatch, Polygon, Wedge
from matplotlib.path import Path as Outline
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D

FONT = Path(__file__).parents[1] / "exports" / "fonts" / "Inter-SemiBold.ttf"
LEFT, BASE, SIZE, HEIGHT, MARGIN = 108, 62, 40, 96, 12
_LETTERS = {Outline.MOVETO: "M", Outline.LINETO: "L", Outline.CURVE3: "Q", Outline.CURVE4: "C"}


def wordmark(name: str) -> tuple[Outline, int]:
    """The name as outlines, so that no font of a reader can make it wider, and the logo's width."""
    drawn = TextPath((0, 0), name, size=SIZE, prop=FontProperties(fname=str(FONT)))
    placed = drawn.transformed(Affine2D().scale(1, -1).translate(LEFT, BASE))
    return placed, int(placed.get_extents().x1) + MARGIN


def svg(name: str, *, primary: str, secondary: str) -> bytes:
    """A wordmark with a sign, as SVG."""
    outline, width = wordmark(name)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT}" role="img" '
        f'aria-label="{escape(name)}"><circle cx="48" cy="48" r="40" fill="{primary}"/>'
        f'<path d="M48 8a40 40 0 0 1 0 80z" fill="{secondary}"/>'
        '<path d="M28 62 48 26l20 36z" fill="#fff"/>'
        f'<path d="{_path(outline)}" fill="{primary}"/></svg>'
    ).encode()


def png(name: str, *, primary: str, secondary: str) -> bytes:
    """The same as a picture of 384 dots' height on a clear ground, for decks."""
    outline, width = wordmark(name)
    figure = Figure(figsize=(width / 100, HEIGHT / 100), dpi=400)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, width)
    axes.set_ylim(HEIGHT, 0)
    axes.axis("off")
    axes.add_patch(Circle((48, 48), 40, color=primary, linewidth=0))
    axes.add_patch(Wedge((48, 48), 40, 270, 90, color=secondary, linewidth=0))
    axes.add_patch(Polygon([(28, 62), (48, 26), (68, 62)], color="white", linewidth=0))
    axes.add_patch(PathPatch(outline, color=primary, linewidth=0))
    picture = BytesIO()
    figure.savefig(picture, format="png", transparent=True, metadata={"Software": None})
    return picture.getvalue()


def save(folder: Path, name: str, *, primary: str, secondary: str) -> tuple[Path, Path]:
    """Both pictures under `folder`; gives the paths of the SVG and the PNG."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn, dotted = folder / "logo.svg", folder / "logo.png"
    drawn.write_bytes(svg(name, primary=primary, secondary=secondary))
    dotted.write_bytes(png(name, primary=primary, secondary=secondary))
    return drawn, dotted


def _path(outline: Outline) -> str:
    """Outlines as an SVG path."""
    parts = []
    for points, code in outline.iter_segments(curves=True, simplify=False):
        where = " ".join(f"{value:.1f}" for value in points)
        parts.append("Z" if code == Outline.CLOSEPOLY else f"{_LETTERS[code]}{where}")
    return "".join(parts)
