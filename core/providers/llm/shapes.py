"""The shapes of answers, and what is not let through although it has the shape.

A model may have been talked into something by the text it read. So what would do harm is checked
here and not only forbidden in the prompt: links that we did not give, numbers nobody told us.
"""

import re
import unicodedata
from functools import cache
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo

from core.domain.states import ReplyIntent

LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"')\]]+", re.I)
NUMBER = re.compile(r"\d+")
UNSUPPORTED = {  # words of JSON Schema that vendors' strict modes refuse; pydantic checks them
    *("title", "default", "minLength", "maxLength", "minimum", "maximum"),
    *("minItems", "maxItems", "pattern", "format"),
}


def _printable(text: str) -> str:
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))


def _no_other_links(text: str, info: ValidationInfo) -> str:
    known = _given(info, "links")
    for link in LINK.findall(text):
        if link.rstrip(".,;:!?") not in known:
            raise ValueError("it holds a link that was not given; leave that link out")
    return text


def _known_numbers(text: str, info: ValidationInfo) -> str:
    known = set(NUMBER.findall(" ".join(_given(info, "words"))))
    if not set(NUMBER.findall(text)) <= known:
        raise ValueError("it holds a number that is in none of the facts; leave it out")
    return text


def _not_too_many(sentences: list[str], info: ValidationInfo) -> list[str]:
    most = (info.context or {}).get("most", len(sentences))
    if len(sentences) > most:
        raise ValueError(f"these are {len(sentences)} sentences, of {most} at most")
    return sentences


def _one_line(text: str) -> str:
    if "\n" in text:
        raise ValueError("one sentence on one line was asked for")
    return text


Text = Annotated[str, AfterValidator(_printable), AfterValidator(_no_other_links)]


class Shape(BaseModel):
    """What every answer keeps to."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class AnswerShape(Shape):
    """A drafted answer."""

    text: Annotated[Text, Field(min_length=1, max_length=3000)]


class SummaryShape(Shape):
    """The gist, sentence by sentence."""

    sentences: Annotated[
        list[Annotated[Text, Field(min_length=1, max_length=600)]],
        Field(min_length=1),
        AfterValidator(_not_too_many),
    ]


class OpeningShape(Shape):
    """An opening sentence, or null where too little is known."""

    sentence: (
        Annotated[
            Text,
            Field(min_length=1, max_length=300),
            AfterValidator(_one_line),
            AfterValidator(_known_numbers),
        ]
        | None
    )


class IntentShape(Shape):
    """What a reply wants, and how sure that is."""

    intent: ReplyIntent
    confidence: Annotated[float, Field(ge=0, le=1)]


@cache
def schema_of(shape: type[Shape]) -> dict[str, Any]:
    """The JSON Schema in the subset that all vendors take: every property required, no other
    property, no bounds. Shared: not to be changed.
    """
    plain: dict[str, Any] = _plain(_inlined(shape.model_json_schema()))
    return plain


def _inlined(schema: dict[str, Any]) -> Any:
    definitions = schema.pop("$defs", {})

    def inline(node: Any) -> Any:
        if isinstance(node, dict) and "$ref" in node:
            return inline(definitions[node["$ref"].rsplit("/", 1)[-1]])
        if isinstance(node, dict):
            return {key: inline(value) for key, value in node.items()}
        return [inline(value) for value in node] if isinstance(node, list) else node

    return inline(schema)


def _plain(node: Any) -> Any:
    if isinstance(node, list):
        return [_plain(value) for value in node]
    if not isinstance(node, dict):
        return node
    kept = {key: _plain(value) for key, value in node.items() if key not in UNSUPPORTED}
    if isinstance(properties := node.get("properties"), dict):
        # names of ours may equal words of JSON Schema
        kept["properties"] = {name: _plain(value) for name, value in properties.items()}
        kept |= {"required": list(properties), "additionalProperties": False}
    return kept


def _given(info: ValidationInfo, name: str) -> frozenset[str]:
    found: frozenset[str] = (info.context or {}).get(name, frozenset())
    return found
