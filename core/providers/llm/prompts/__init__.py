"""Prompts: one file a task, with a header that holds its version, so that every answer on record
names the words it was asked with.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
FENCE = "---\n"


@dataclass(frozen=True, slots=True)
class Prompt:
    """The instructions of one task. They hold no fact: facts go in apart from them."""

    task: str
    version: str
    most_tokens: int  # of an answer, the model's own thinking included
    instructions: str


@cache
def load(task: str) -> Prompt:
    """The prompt of a task. A file without a full header is a fault of ours: ValueError."""
    text = (FOLDER / f"{task}.md").read_text(encoding="utf-8")
    return parse(text)


def parse(text: str) -> Prompt:
    """A prompt from its file's text."""
    before, header, instructions = text.split(FENCE, 2)
    fields = dict(line.split(": ", 1) for line in header.splitlines())
    if before or set(fields) != {"task", "version", "most_tokens"}:
        raise ValueError("A prompt begins with task, version and most_tokens between two ---.")
    return Prompt(
        fields["task"], fields["version"], int(fields["most_tokens"]), instructions.strip()
    )
