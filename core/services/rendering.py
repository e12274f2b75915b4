"""Templates into texts: Jinja in a sandbox that knows merge fields, a few filters and `if`.

Loops, calls, attributes, arithmetic and whatever else could reach Python or blow up are refused
when a template is saved and again when it is rendered; a hole is never sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from core.domain import templates
from core.errors import Invalid

_ALLOWED = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.Filter),
    *(nodes.If, nodes.CondExpr, nodes.And, nodes.Or, nodes.Not, nodes.Compare, nodes.Operand),
    *(nodes.Keyword, nodes.Test),
)
_TESTS = frozenset({"defined", "undefined", "none"})


class _Missing(StrictUndefined):
    """A field without a value: may be asked for (`if`, `default`), never printed."""

    __slots__ = ()

    def __bool__(self) -> bool:  # type: ignore[override]  # the strict one raises
        return False


@dataclass(frozen=True, slots=True)
class Rendered:
    """What came of a template. `missing` names the fields without a value; then texts are
    empty.
    """

    subject: str
    text: str
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Footer:
    """What stands under every campaign mail."""

    client_name: str
    postal_address: str
    unsubscribe_url: str


def check(subject: str, body: str) -> tuple[str, ...]:
    """The fields of a template that can be used; Invalid with a sentence for one that cannot."""
    return tuple(dict.fromkeys((*_parts(subject)[1], *_parts(body)[1])))


def render(subject: str, body: str, values: Mapping[str, Any]) -> Rendered:
    """Subject and text with the fields filled in, or the names of those that have no value.

    Values are text: what stands in them is never read as a template.
    """
    known = {name: str(value).strip() for name, value in values.items() if value is not None}
    filled = {name: value for name, value in known.items() if value}
    missing: list[str] = []
    texts = [_filled(text, filled, missing) for text in (subject, body)]
    if missing:
        return Rendered("", "", tuple(dict.fromkeys(missing)))
    if any(len(text) > templates.LONGEST_TEXT for text in texts):
        raise Invalid("The rendered text is too long for a mail.")
    return Rendered(" ".join(texts[0].split())[:500], texts[1].strip())


def with_footer(text: str, footer: Footer | None) -> tuple[str, str]:
    """The two parts that go out: text and HTML, each with the footer where there is one."""
    html = templates.html_of(text)
    if footer is None:
        return text, _page(html)
    sender = ", ".join(
        line.strip()
        for line in (footer.client_name, *footer.postal_address.splitlines())
        if line.strip()
    )
    plain = f"{text}\n\n--\n{sender}\nUnsubscribe: {footer.unsubscribe_url}"
    url = escape(footer.unsubscribe_url, quote=True)
    small = (
        '<p style="color:#667085;font-size:12px;margin-top:24px">'
        f'{escape(sender)}<br><a href="{url}" style="color:#667085">Unsubscribe</a></p>'
    )
    return plain, _page(f"{html}\n{small}")


def _page(inner: str) -> str:
    return (
        '<!doctype html><html><body style="font-family:Arial,Helvetica,sans-serif;'
        f'font-size:14px;line-height:1.5">\n{inner}\n</body></html>'
    )


def _filled(text: str, values: Mapping[str, str], missing: list[str]) -> str:
    template, fields = _parts(text)
    try:
        return str(template.render(values))
    except TemplateError:
        gone = [name for name in fields if name not in values]
        missing.extend(gone or fields)
        return ""


@lru_cache(maxsize=2_000)
def _parts(text: str) -> tuple[Any, tuple[str, ...]]:
    """The compiled template and its fields; Invalid where it holds what a template may not."""
    if len(text) > templates.LONGEST_TEMPLATE:
        raise Invalid("The template is too long.")
    try:
        tree = _ENVIRONMENT.parse(text)
    except (TemplateSyntaxError, RecursionError) as error:
        why = getattr(error, "message", None) or "it is nested too deeply"
        raise Invalid(f"The template cannot be read: {str(why).rstrip(chr(46))}.") from None
    names: list[str] = []
    for node in _walk(tree):
        _permit(node)
        if isinstance(node, nodes.Name):
            names.append(node.name)
    for name in names:
        if not templates.is_known(name):
            raise Invalid(
                f"The merge field “{name}” is unknown. Known fields: {', '.join(templates.FIELDS)}."
            )
    try:
        return _ENVIRONMENT.from_string(text), tuple(dict.fromkeys(names))
    except (TemplateError, SyntaxError, RecursionError, ValueError, OverflowError):
        raise Invalid("The template cannot be read.") from None


def _walk(tree: nodes.Node) -> list[nodes.Node]:
    found, waiting = [], [tree]
    while waiting:
        node = waiting.pop(0)
        found.append(node)
        waiting[:0] = list(node.iter_child_nodes())
    return found


def _permit(node: nodes.Node) -> None:
    if not isinstance(node, _ALLOWED):
        raise Invalid(
            "A template may use merge fields, simple filters and {% if %}, nothing else "
            f"(found: {type(node).__name__.lower()})."
        )
    if isinstance(node, nodes.Filter) and node.name not in templates.FILTERS:
        raise Invalid(f"The filter “{node.name}” is not available in templates.")
    if isinstance(node, nodes.Test) and node.name not in _TESTS:
        raise Invalid(f"The test “{node.name}” is not available in templates.")


def _environment() -> ImmutableSandboxedEnvironment:
    made = ImmutableSandboxedEnvironment(
        undefined=_Missing, autoescape=False, trim_blocks=True, lstrip_blocks=True, cache_size=0
    )
    made.globals.clear()
    made.filters = {name: made.filters[name] for name in templates.FILTERS if name in made.filters}
    made.tests = {name: made.tests[name] for name in _TESTS}
    return made


_ENVIRONMENT = _environment()
