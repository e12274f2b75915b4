"""How far our judgement of addresses agrees with published cases that are not part of the project.

    AICMO_CORPORA=/path/to/corpora python -m tests.benchmarks.eval_addresses [FOLDER] [-v]

The folder (or `address-syntax` in AICMO_CORPORA) holds cases.json: rows of number, address,
category, diagnosis. Accepted should be what is valid and what only the DNS warns of; quoted local
parts, literals, comments and whatever the standards call old are not written to by anybody's mail
program and are refused. Prints the agreement, with -v what differs.
"""

import json
import os
import sys
from pathlib import Path

from core.intake import emails

TARGET = 0.989
ACCEPTED = ("ISEMAIL_VALID_CATEGORY", "ISEMAIL_DNSWARN")
CONTROL = {0x2400 + code: code for code in range(0x21)} | {0x2421: 0x7F}  # pictures of controls


def agreement(folder: Path, wrong: list[str]) -> tuple[int, int]:
    """Agreed, all."""
    cases = json.loads((folder / "cases.json").read_text(encoding="utf-8"))
    agreed = 0
    for number, address, category, diagnosis in cases:
        accepted = emails.valid(address.translate(CONTROL))
        same = accepted is (category in ACCEPTED)
        agreed += same
        if not same:
            said = "accepted" if accepted else "refused"
            wrong.append(f"{number}: {address!r} {said}, is {category} ({diagnosis})")
    return agreed, len(cases)


def main() -> int:
    """Prints the share; 1 where it is below the target."""
    given = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
    corpora = os.environ.get("AICMO_CORPORA")
    if not given and not corpora:
        print("AICMO_CORPORA is not set: nothing to evaluate.")
        return 0
    folder = Path(given[0]) if given else Path(str(corpora)) / "address-syntax"
    if not (folder / "cases.json").is_file():
        print(f"address-syntax: nothing at {folder}.")
        return 0
    wrong: list[str] = []
    agreed, count = agreement(folder, wrong)
    print(f"address-syntax: {agreed} of {count} ({agreed / count:.1%}, wanted {TARGET:.1%})")
    if "-v" in sys.argv:
        print("\n".join(wrong))
    return int(agreed / count < TARGET)


if __name__ == "__main__":
    sys.exit(main())
