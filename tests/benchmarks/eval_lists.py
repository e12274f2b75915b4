"""How well lists are read, over corpora that are not part of the project.

    AICMO_CORPORA=/path/to/corpora python -m tests.benchmarks.eval_lists [-v]

csv-headers holds heading rows of real exports with the field each heading should be taken for;
csv-cases hard CSV files, each with its rows as JSON beside it. Prints the shares, with -v what
differs.
"""

import json
import os
import sys
from pathlib import Path

from core.errors import AicmoError
from core.intake import columns, sniff, table

RIGHT = 0.95  # of the expected columns; none may be taken for another field


def headers(folder: Path, wrong: list[str]) -> tuple[int, int, int]:
    """Right, taken for another field, all that are expected."""
    right = taken = count = 0
    for export in json.loads((folder / "headers.json").read_text(encoding="utf-8")):
        headings = tuple(export["header"])
        found = {column.heading: column.field for column in columns.guess(headings, [])}
        for heading, wanted in export["expected"].items():
            got = found.get(heading)
            count += 1
            right += got == wanted
            taken += got is not None and got != wanted
            if got != wanted:
                wrong.append(f"{export['tool']}: {heading!r} is {got}, wanted {wanted}")
    return right, taken, count


def cases(folder: Path, wrong: list[str]) -> tuple[int, int]:
    """Equal, all."""
    files = sorted(folder.glob("*.csv"))
    equal = 0
    for file in files:
        wanted = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
        try:
            got = _rows(file)
        except AicmoError as error:
            got = [{"refused": error.sentence}]
        equal += got == wanted
        if got != wanted:
            wrong.append(f"{file.name}: {got!r}\n   wanted {wanted!r}")
    return equal, len(files)


def _rows(file: Path) -> list[dict[str, str]]:
    sheet = sniff.sniff(file)
    return [dict(zip(sheet.headings, cells, strict=False)) for _, cells in table.rows(file, sheet)]


def main() -> int:
    """Prints the shares; 1 where one is below what is promised."""
    corpora = os.environ.get("AICMO_CORPORA")
    if not corpora:
        print("AICMO_CORPORA is not set: nothing to evaluate.")
        return 0
    root, wrong, low = Path(corpora), [], False
    if (folder := root / "csv-headers").is_dir():
        right, taken, count = headers(folder, wrong)
        print(f"csv-headers: {right} of {count} right ({right / count:.1%}), {taken} wrong")
        low |= right / count < RIGHT or taken > 0
    if (folder := root / "csv-cases").is_dir():
        equal, files = cases(folder, wrong)
        print(f"csv-cases: {equal} of {files} equal")
        low |= equal < files
    if "-v" in sys.argv:
        print("\n".join(wrong))
    return int(low)


if __name__ == "__main__":
    sys.exit(main())
