"""Messages a second through the whole ledger to a local SMTP sink, with two dispatchers.

    python -m tests.benchmarks.bench_dispatch [messages]

The sink is a process of its own, and a lean one (it speaks SMTP over real sockets, but keeps only
what it needs to count), so that the dispatchers are what is measured; each of them is a process
too. At the end each Message-ID is counted: none may be there twice, none missing.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import IO, cast

from sqlalchemy import func, select

from core import runtime
from core.config import load
from core.pipeline import dispatch
from db.models import Message
from db.session import reading, transaction
from tests.factories import make_campaign, make_client, make_contact, make_lead, make_mailbox
from tests.factories import make_message as message_of
from tests.smtp_sink import free_port

MAILBOXES, DISPATCHERS = 4, 2


def main() -> None:
    """Prepares, measures, prints one JSON line."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 6_000
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        environment = {
            **os.environ,
            "AICMO_DATA_DIR": folder,
            "USE_REAL_EMAIL_GATEWAY": "true",
            "AICMO_SECRET_KEY": "bench",
        }
        os.environ.update(environment)
        port = free_port()
        seen = Path(folder) / "seen.txt"
        sink = _start("sink", str(port), str(seen), env=environment)
        _prepare(count, port)
        workers = [_start("work", env=environment) for _ in range(DISPATCHERS)]
        for worker in workers:
            worker.wait()
        sink.terminate()
        sink.wait()
        print(json.dumps(_judge(count, seen)))


def _start(*words: str, env: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.bench_dispatch", *words], env=env
    )


def _prepare(count: int, port: int) -> None:
    subprocess.run([sys.executable, "-m", "core", "migrate"], check=True, stdout=subprocess.DEVNULL)
    rt = runtime.build(load())
    server = {"host": "127.0.0.1", "port": port, "security": "none"}
    limits = {"daily_cap": 10**6, "ramp_start": 10**6, "domain_cap": 10**6}
    with transaction(rt.sessions) as session:
        client = make_client(session)
        campaign = make_campaign(session, client)
        boxes = [
            make_mailbox(session, client, provider="smtp", settings=server, **limits)
            for _ in range(MAILBOXES)
        ]
        text = "Hi Anna,\n\n" + "We help companies to find the customers who fit them. " * 12
        for number in range(count):
            contact = make_contact(session, client, email=f"p{number}@d{number % 500}.example")
            lead = make_lead(session, campaign, contact, state="nurtured")
            message_of(session, lead, boxes[number % MAILBOXES], body_text=text)
    rt.close()


def _work() -> None:
    rt = runtime.build(load())
    dispatch.run(rt)
    rt.close()


def _judge(count: int, seen: Path) -> dict[str, object]:
    rt = runtime.build(load())
    with reading(rt.sessions) as session:
        states = dict(
            session.execute(select(Message.state, func.count()).group_by(Message.state)).all()
        )
        # by the ledger: the start of Python is not the dispatchers' work
        first, last = session.execute(
            select(func.min(Message.claimed_at), func.max(Message.sent_at))
        ).one()
    rt.close()
    seconds = (last - first).total_seconds()
    arrived = Counter(seen.read_text().split())
    return {
        "messages": count,
        "seconds": round(seconds, 2),
        "per_second": round(count / seconds),
        "arrived": len(arrived),
        "twice": sum(number > 1 for number in arrived.values()),
        "states": {str(state): number for state, number in states.items()},
    }


class _Sink(asyncio.Protocol):
    """A server that takes everything, and answers what came together together (RFC 2920)."""

    def __init__(self, notes: IO[str]) -> None:
        self._notes = notes
        self._unread = b""
        self._in_mail = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._way = cast(asyncio.Transport, transport)
        self._way.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        unread, answers = self._unread + data, []
        while True:
            piece, found, rest = unread.partition(b"\r\n.\r\n" if self._in_mail else b"\r\n")
            if not found:
                break
            unread = rest
            answers.append(self._mail(piece) if self._in_mail else self._command(piece[:4].upper()))
        self._unread = unread
        if answers:
            self._way.write(b"".join(answers))

    def _mail(self, content: bytes) -> bytes:
        at = content.index(b"Message-ID: ") + 12
        self._notes.write(content[at : content.index(b"\r\n", at)].decode() + "\n")
        self._in_mail = False
        return b"250 2.0.0 OK queued\r\n"

    def _command(self, verb: bytes) -> bytes:
        self._in_mail = verb == b"DATA"
        return _ANSWERS.get(verb, b"250 OK\r\n")


_ANSWERS = {
    b"EHLO": b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n",
    b"DATA": b"354 go\r\n",
    b"QUIT": b"221 bye\r\n",
}


async def _sink(port: int, seen: Path) -> None:
    with seen.open("a", encoding="utf-8", buffering=1) as notes:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: _Sink(notes), "127.0.0.1", port)
        async with server:
            await server.serve_forever()


if __name__ == "__main__":
    if sys.argv[1:2] == ["sink"]:
        asyncio.run(_sink(int(sys.argv[2]), Path(sys.argv[3])))
    elif sys.argv[1:2] == ["work"]:
        _work()
    else:
        main()
