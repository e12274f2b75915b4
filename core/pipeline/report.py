"""What one turn of a stage did, in counts that are shown as they are."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Report:
    """Counts by word (`sent`, `set_aside`…) and sentences for whoever looks at the run."""

    counts: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, *notes: str, **counts: int) -> "Report":
        """A report from keyword counts: `Report.of(sent=3, uncertain=1)`."""
        return cls(counts, notes)

    def __getitem__(self, word: str) -> int:
        """The count of a word; what was not counted is 0."""
        return self.counts.get(word, 0)

    def __add__(self, other: "Report") -> "Report":
        """Both together: counts are summed, notes follow each other."""
        words = dict.fromkeys((*self.counts, *other.counts))
        return Report({word: self[word] + other[word] for word in words}, self.notes + other.notes)
