"""What the documents promise: every relative link leads somewhere, and the lock names no place."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)>\s#]+)[^)]*\)|(?:src|href)=\"([^\"#]+)\"")


def test_every_relative_link_leads_to_a_file() -> None:
    documents = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]

    dead = [
        f"{document.relative_to(ROOT)}: {link}"
        for document in documents
        for link in _links(document.read_text(encoding="utf-8"))
        if not (document.parent / link).exists()
    ]

    assert documents
    assert dead == []


def test_the_lock_holds_versions_and_hashes_and_no_address() -> None:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    pinned = re.compile(r"^[a-z0-9.-]+==\S+( ; .+)? \\$|^    --hash=sha256:[0-9a-f]{64}( \\)?$")

    assert [line for line in lines if not pinned.match(line)] == []


def _links(text: str) -> list[str]:
    found = [a or b for a, b in LINK.findall(re.sub(r"```.*?```", "", text, flags=re.DOTALL))]
    return [link for link in found if not re.match(r"[a-z]+:|/", link)]
