"""HTML from outside as plain text: nothing of it is ever shown as HTML. Quotes get a "> "."""

import re
from html.parser import HTMLParser

_SKIPPED = frozenset({"script", "style", "head", "title", "template", "noscript"})
_BLOCKS = frozenset(
    {"p", "div", "br", "tr", "li", "ul", "ol", "table", "h1", "h2", "h3", "h4", "hr", "pre"}
)
_PARAGRAPHS = frozenset({"p", "blockquote", "table", "ul", "ol", "pre", "h1", "h2", "h3", "h4"})
LONGEST = 2_000_000
_QUOTE_CLASSES = ("gmail_quote_container", "yahoo_quoted", "moz-cite-prefix")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = [""]
        self.depth = 0
        self.skipping = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SKIPPED:
            self.skipping += 1
        elif tag == "blockquote":
            self._break(blank=True)
            self.depth += 1
        elif tag in _BLOCKS:
            self._break(blank=tag in _PARAGRAPHS)
            if tag == "hr":
                self.lines[-1] = "________________________________"
                self._break()

    def handle_endtag(self, tag: str) -> None:
        if tag in _SKIPPED:
            self.skipping = max(0, self.skipping - 1)
        elif tag == "blockquote":
            self.depth = max(0, self.depth - 1)
            self._break(blank=True)
        elif tag in _BLOCKS and tag != "br":
            self._break(blank=tag in _PARAGRAPHS)

    def handle_data(self, data: str) -> None:
        if self.skipping:
            return
        words = re.sub(r"\s+", " ", data)
        if not self.lines[-1].strip("> "):
            self.lines[-1] = "> " * min(self.depth, 5)
            words = words.lstrip()
        self.lines[-1] += words

    def _break(self, *, blank: bool = False) -> None:
        if self.lines[-1].strip():
            self.lines.append("")
        if blank and len(self.lines) > 1 and self.lines[-2].strip():
            self.lines.append("")


def text_of(html: str) -> str:
    """The text that a reader would see, line by line."""
    reader = _Reader()
    try:
        reader.feed(html[:LONGEST])
        reader.close()
    except (AssertionError, ValueError):  # what could be read until there is kept
        pass
    lines = [line.replace("\xa0", " ").rstrip() for line in reader.lines]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
