"""Messages a second through the whole ledger to a local SMTP sink, with two dispatchers.

    python -m tests.benchmarks.bench_dispatch [messages]

The sink is a process of its own; so is each dispatcher. At the end each Message-ID is counted:
none may be there twice, none missing.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

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


async def _sink(port: int, seen: Path) -> None:
    with seen.open("a", encoding="utf-8", buffering=1) as notes:

        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"220 sink\r\n")
            while line := await reader.readline():
                verb = line[:4].upper()
                if verb == b"DATA":
                    writer.write(b"354 go\r\n")
                    body = await reader.readuntil(b"\r\n.\r\n")
                    at = body.index(b"Message-ID: ") + 12
                    notes.write(body[at : body.index(b"\r\n", at)].decode() + "\n")
                    writer.write(b"250 2.0.0 OK queued\r\n")
                elif verb == b"EHLO":
                    writer.write(b"250-sink\r\n250 8BITMIME\r\n")
                elif verb == b"QUIT":
                    writer.write(b"221 bye\r\n")
                    break
                else:
                    writer.write(b"250 OK\r\n")
            writer.close()

        server = await asyncio.start_server(talk, "127.0.0.1", port, limit=2**22)
        async with server:
            await server.serve_forever()


if __name__ == "__main__":
    if sys.argv[1:2] == ["sink"]:
        asyncio.run(_sink(int(sys.argv[2]), Path(sys.argv[3])))
    elif sys.argv[1:2] == ["work"]:
        _work()
    else:
        main()
