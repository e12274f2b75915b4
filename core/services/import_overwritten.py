"""What an import that overwrites would change of companies that are there, for its preview: a row
changes the company of its mail domain, which may be called otherwise.
"""

from dataclasses import dataclass, field

from core.intake.differences import Differences
from core.services.import_weighed import Weighed


@dataclass(slots=True)
class Overwritten:
    """The companies of which a value is replaced by another; a gap that is filled is none."""

    companies: set[str] = field(default_factory=set)  # what they are known by
    values: Differences = field(default_factory=Differences)  # what stands there, against the list

    def look(self, weighed: Weighed) -> None:
        """Adds those of a chunk."""
        for key, one in weighed.accounts.items():
            if one.before is None or one.id is None:
                continue
            known = self.values.total
            self.values.note(key, {**one.values, **one.before}, one.values, {})
            if self.values.total > known:
                self.companies.add(key)
