"""A mail server on loopback that breaks off, and a port where nobody listens: real trouble for a
real adapter, without leaving the machine.
"""

import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

HOST = "127.0.0.1"
DEAD = 24  # for private mail systems (RFC 1700): reserved, and nobody listens there


class _BreaksOff(socketserver.StreamRequestHandler):
    """Speaks SMTP up to the end of the data, and hangs up instead of answering."""

    timeout = 5

    def handle(self) -> None:
        """One connection."""
        self._say("220 mail.simulation.example ESMTP")
        for line in iter(self.rfile.readline, b""):
            word = line[:4].upper().strip()
            if word == b"DATA":
                self._say("354 End data with <CR><LF>.<CR><LF>")
                while self.rfile.readline() not in (b".\r\n", b""):
                    pass
                return
            if word == b"QUIT":
                self._say("221 Bye")
                return
            self._say("250 OK")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextmanager
def breaking_off() -> Iterator[int]:
    """The port of a server that takes a mail and hangs up before it says so."""
    with _Server((HOST, 0), _BreaksOff) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield int(server.server_address[1])
        finally:
            server.shutdown()
            thread.join()
