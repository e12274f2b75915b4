"""Hunter's API v2, shared by enrichment and verification.

Facts: api-evangelist/hunter, checked against hunter.io on 2026-08-13. Unlike others, 403 means "too
fast" and 429 "the plan is used up". 202 says that it is still looking: the same question is put
again. 222 says that the mail server gave a strange answer.
"""

from core.config import Settings
from core.providers.vendors.line import Line, Vendor, dig, healthy
from core.providers.verdict import Verdict

VENDOR = Vendor(
    "hunter", "Hunter", "hunter_api_key", "hunter_base_url", "X-API-KEY",
    "https://hunter.io/api-keys", used_up=frozenset({402, 429}), slow_down=frozenset({403}),
)  # fmt: skip


def line(settings: Settings) -> Line:
    """The line to it."""
    return Line(VENDOR, settings)


def check(line: Line, kind: str) -> Verdict:
    """GET /account, which costs nothing; `kind` is what is counted: searches or verifications."""

    def ask() -> Verdict:
        counts = dig(line.read("GET", "/v2/account").body, "data", "requests", kind)
        used, available = dig(counts, "used"), dig(counts, "available")
        if not isinstance(used, int | float) or not isinstance(available, int | float):
            return healthy("Hunter knows the key.")
        left = max(available - used, 0)
        return healthy("Hunter knows the key.", f"{left:,.0f} {kind}", left=left)

    return line.check(ask)
