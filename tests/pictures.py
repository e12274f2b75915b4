"""Takes the README's pictures from a running app, best on the demo workspace:

python -m tests.pictures --url http://localhost:8501 --user mina --password …
"""

import argparse
import os
import re
import shutil
import sys
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
TO = ROOT / "docs" / "pictures"
COLOURS, MOST_BYTES = 256, 250_000
DESK, PHONE = (1440, 900), (390, 844)


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: which page, light or dark, how big."""

    name: str
    path: str
    dark: bool = False
    size: tuple[int, int] = DESK
    pressed: tuple[str, ...] = ()  # the words that are clicked first, as expressions
    typed: tuple[str, str] | None = None  # a field's label, and what is typed into it


TABLE = """Wohin\tFirst Name\tCompany\tUmsatz\tShoe size
anna@acme.example\tANNA\tAcme GmbH\t1,5 Mio. €\t38
ben@acme.example\tBen\tAcme GmbH\t$2M\t44
anna@acme.example\tAnna\tAcme GmbH\t\t38
info@globex.example\t\tGlobex\t\t
nobody at home\tNo\t\t\t
"""
PICTURES = (
    Picture("home", "/"),
    Picture("campaigns", "/campaigns"),
    Picture("review-queue", "/review_queue?kind=message"),
    Picture("review-lead", "/review_queue?kind=lead"),
    Picture("review-list", "/review_queue?kind=lead&as=list"),
    Picture("what-if", "/campaigns?campaign=2&part=audience", typed=("Departments", "marketing")),
    Picture("leads", "/leads", dark=True),
    Picture("lead", "/leads?lead={lead}"),
    Picture(
        "import",
        "/leads?view=import",
        size=(1440, 1080),
        pressed=("^Paste a table$",),
        typed=("Rows copied from a spreadsheet or a mail, with their headings", TABLE),
    ),
    Picture("many-leads", "/leads?state=review", pressed=("^Select$", "^All .* that match")),
    Picture("merge-desk", "/leads?view=same"),
    Picture("analytics", "/analytics", dark=True),
    Picture("provider-health", "/provider_health"),
    Picture("phone", "/", size=PHONE),
)


def main() -> None:
    """Reads the arguments, takes every picture (or those named), says how big each became."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--url", default="http://localhost:8501")
    given.add_argument("--user", required=True)
    given.add_argument("--password", default=os.environ.get("AICMO_PICTURES_PASSWORD"))
    given.add_argument("--lead", type=int, default=1, help="the lead whose page is shown")
    given.add_argument("names", nargs="*", help="only these")
    asked = given.parse_args()
    executable = shutil.which("chromium")
    if executable is None:
        sys.exit("Chromium is not installed (apt-get install chromium).")
    expect.set_options(timeout=60_000)
    TO.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=executable,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        for picture in PICTURES:
            if not asked.names or picture.name in asked.names:
                place = take(browser, picture, asked)
                print(f"{place.relative_to(ROOT)}  {place.stat().st_size:,} bytes")
        browser.close()


def take(browser: Browser, picture: Picture, asked: argparse.Namespace) -> Path:
    """Signs in where the picture is taken, waits until the page rests, keeps it small."""
    width, height = picture.size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if picture.dark else "light",
        device_scale_factor=2 if picture.size == PHONE else 1,
        reduced_motion="reduce", locale="en-GB",
    )  # fmt: skip
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(asked.url + picture.path.format(lead=asked.lead))
    page.get_by_label("Name", exact=True).fill(asked.user)
    page.get_by_label("Password", exact=True).fill(asked.password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1).first).to_be_visible()
    _rest(page)
    for words in picture.pressed:
        page.get_by_text(re.compile(words)).first.click()
        _rest(page)
    if picture.typed is not None:
        label, text = picture.typed
        page.get_by_label(label, exact=True).first.fill(text)
        page.keyboard.press("Control+Enter" if "\n" in text else "Enter")
        _rest(page)
    place = TO / f"{picture.name}.png"
    place.write_bytes(_small(page.screenshot()))
    context.close()
    return place


def _rest(page: Page) -> None:
    """Nothing runs, nothing is stale, no skeleton stands in for what is still loading."""
    expect(page.locator('[data-testid="stApp"]')).to_have_attribute(
        "data-test-script-state", "notRunning"
    )
    expect(page.locator('[data-stale="true"], [data-testid="stSkeleton"]')).to_have_count(0)
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    page.mouse.move(2, 2)  # nothing is pointed at
    page.wait_for_timeout(1500)  # charts and tables draw themselves onto a canvas, unannounced


def _small(png: bytes) -> bytes:
    """The picture with a palette of its own; fewer colours if it is still too big."""
    whole = Image.open(BytesIO(png)).convert("RGB")
    for colours in (COLOURS, COLOURS // 2, COLOURS // 4):
        out = BytesIO()
        palette = whole.quantize(colours, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        palette.save(out, "PNG", optimize=True)
        if out.tell() < MOST_BYTES:
            break
    return out.getvalue()


if __name__ == "__main__":
    main()
