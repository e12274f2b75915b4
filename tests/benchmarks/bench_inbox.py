"""Mails a second through inbox sync, sorting and filing.

python -m tests.benchmarks.bench_inbox [mails]
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from core import runtime
from core.config import load
from core.pipeline import dispatch, replies
from db.session import transaction
from tests.factories import make_campaign, make_client, make_contact, make_lead, make_mailbox
from tests.factories import make_message as message_of

WORDS = (
    "Sounds interesting, please send me more details.",
    "Thanks, but we are not interested.",
    "Ich bin bis zum 13.03.2026 nicht im Büro und ab dem 16.03. wieder erreichbar.",
    "Not right now, please get back to me in September.",
    "Bitte wenden Sie sich an Frau Petra Klein.",
    "Please remove me from your list.",
    "What does it cost for a team of 20 people?",
    "Let's talk on Tuesday at 10.",
)
QUOTE = (
    "\r\n\r\nOn Mon, 2 Mar 2026 at 10:00, Sam <sam@agency.example> wrote:\r\n> Hi Anna,\r\n> "
    + ("We help companies to find customers.\r\n> " * 10)
)


def main() -> None:
    """Prepares, measures, prints one JSON line."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        os.environ.update({"AICMO_DATA_DIR": folder, "AICMO_SECRET_KEY": "bench"})
        subprocess.run(
            [sys.executable, "-m", "core", "migrate"], check=True, stdout=subprocess.DEVNULL
        )
        rt = runtime.build(load())
        _prepare(rt, count)
        dispatch.run(rt)
        begun = time.perf_counter()
        report = replies.run(rt)
        seconds = time.perf_counter() - begun
        rt.close()
    line = {"mails": count, "seconds": round(seconds, 2), "per_second": round(count / seconds)}
    print(json.dumps(line | {"counts": dict(report.counts)}))


def _prepare(rt: runtime.Runtime, count: int) -> None:
    limits = {"daily_cap": 10**6, "ramp_start": 10**6, "domain_cap": 10**6}
    inbox = rt.data_dir / "inbox" / "sam@agency.example"
    inbox.mkdir(parents=True)
    with transaction(rt.sessions) as session:
        client = make_client(session)
        campaign = make_campaign(session, client)
        box = make_mailbox(session, client, address="sam@agency.example", **limits)
        for number in range(count):
            address = f"p{number}@d{number % 500}.example"
            contact = make_contact(session, client, email=address)
            lead = make_lead(session, campaign, contact, state="nurtured")
            sent = message_of(session, lead, box)
            _write(inbox / f"{number:06}.eml", number, address, str(sent.header_id))


def _write(path: Path, number: int, address: str, header_id: str) -> None:
    head = {
        "From": f"Anna <{address}>",
        "To": "sam@agency.example",
        "Subject": "Re: Hello",
        "Message-ID": f"<r{number}@x.example>",
        "In-Reply-To": header_id,
        "Content-Type": "text/plain; charset=utf-8",
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    path.write_bytes(f"{lines}\r\n{WORDS[number % len(WORDS)]}{QUOTE}".encode())


if __name__ == "__main__":
    main()
