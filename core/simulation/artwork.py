"""Logos for simulated clients: drawn here, so that nothing is fetched and nothing is borrowed."""

from html import escape
from io import BytesIO
from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Polygon, Wedge


def svg(name: str, *, primary: str, secondary: str) -> bytes:
    """A wordmark with a sign, as SVG."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 420 96" role="img" '
        f'aria-label="{escape(name)}"><circle cx="48" cy="48" r="40" fill="{primary}"/>'
        f'<path d="M48 8a40 40 0 0 1 0 80z" fill="{secondary}"/>'
        '<path d="M28 62 48 26l20 36z" fill="#fff"/>'
        f'<text x="108" y="62" font-family="Inter, Helvetica, Arial, sans-serif" font-size="40" '
        f'font-weight="650" fill="{primary}">{escape(name)}</text></svg>'
    ).encode()


def png(name: str, *, primary: str, secondary: str) -> bytes:
    """The same as a picture of 1,680 × 384 dots on a clear ground, for decks."""
    figure = Figure(figsize=(4.2, 0.96), dpi=400)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, 420)
    axes.set_ylim(96, 0)
    axes.axis("off")
    axes.add_patch(Circle((48, 48), 40, color=primary, linewidth=0))
    axes.add_patch(Wedge((48, 48), 40, 270, 90, color=secondary, linewidth=0))
    axes.add_patch(Polygon([(28, 62), (48, 26), (68, 62)], color="white", linewidth=0))
    axes.text(108, 62, name, fontsize=29, fontweight="bold", color=primary, va="baseline")
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
