"""How well bounces and quoted replies are read, over corpora that are not part of the project.

    AICMO_CORPORA=/path/to/corpora python -m tests.benchmarks.eval_replies

The folder holds bounces-dsn, bounces-text and replies-quoted with their labels. Nothing is
printed but counts where AICMO_CORPORA is not set.
"""

import json
import os
import sys
from pathlib import Path

from core.domain import bounces
from core.domain.replies_quotes import visible_text
from core.intake.bounces import read_bounce
from core.intake.mail import parse


def dsn(folder: Path, wrong: list[str]) -> tuple[int, int, int]:
    """Right addresses, right hard or soft, all."""
    labels = json.loads((folder / "labels.json").read_text())
    addresses = kinds = 0
    for name, label in labels.items():
        raw = (folder / name).read_bytes()
        found = read_bounce(parse(raw), raw)
        got = sorted(found.addresses) if found else []
        addresses += got == sorted(a.lower() for a in label["addresses"])
        same = (found is None and not label["addresses"]) or (
            found is not None and found.hard != label["temporary"]
        )
        kinds += same
        if got != sorted(label["addresses"]) or not same:
            wrong.append(f"{name}: {got} hard={found.hard if found else None}, wanted {label}")
    return addresses, kinds, len(labels)


def words(folder: Path, wrong: list[str]) -> tuple[int, int, int]:
    """Right recipient, right hard or soft, all."""
    labels = json.loads((folder / "labels.json").read_text())
    recipients = kinds = 0
    for label in labels:
        text = (folder / label["file"]).read_text(errors="replace")
        found = bounces.read_words(text)
        got = found.addresses[0] if found else None
        want = label["recipient"].lower() if label["recipient"] else None
        recipients += got == want
        kinds += (found.hard if found else False) == label["permanent"]
        if got != want or (found.hard if found else False) != label["permanent"]:
            wrong.append(f"{label['file']}: {found}, wanted {want} {label['permanent']}")
    return recipients, kinds, len(labels)


def quotes(folder: Path, wrong: list[str]) -> tuple[int, int]:
    """Right visible texts, all."""
    pairs = json.loads((folder / "pairs.json").read_text())
    right = 0
    for pair in pairs:
        got = visible_text(pair["text"])
        same = " ".join(got.split()) == " ".join(pair["expected"].split())
        right += same
        if not same:
            wrong.append(f"{pair['id']}: …{got[-200:]!r}\n   wanted …{pair['expected'][-200:]!r}")
    return right, len(pairs)


def main() -> None:
    """Prints the shares, and with -v what was read wrongly."""
    corpora = os.environ.get("AICMO_CORPORA")
    if not corpora:
        print("AICMO_CORPORA is not set: nothing to evaluate.")
        return
    root, wrong = Path(corpora), []
    if (folder := root / "bounces-dsn").is_dir():
        print("bounces-dsn: addresses {} hard/soft {} of {}".format(*dsn(folder, wrong)))
    if (folder := root / "bounces-text").is_dir():
        print("bounces-text: recipient {} hard/soft {} of {}".format(*words(folder, wrong)))
    if (folder := root / "replies-quoted").is_dir():
        print("replies-quoted: {} of {}".format(*quotes(folder, wrong)))
    if "-v" in sys.argv:
        print("\n".join(wrong))


if __name__ == "__main__":
    main()
