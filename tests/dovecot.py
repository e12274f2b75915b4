"""Debian's dovecot as a child process with a configuration of its own: a real IMAP server."""

import grp
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.smtp_sink import Authority, free_port

PASSWORD = "s3cret-words"
BINARY = shutil.which("dovecot") or "/usr/sbin/dovecot"
MISSING = (
    "" if Path(BINARY).exists() else "dovecot is not installed (apt-get install dovecot-imapd)"
)


@dataclass(frozen=True)
class Dovecot:
    """A running server. `deliver` puts a mail into a person's INBOX as an MTA would."""

    folder: Path
    host: str
    port: int
    tls_port: int

    def maildir(self, user: str) -> Path:
        """The person's Maildir."""
        return self.folder / "mail" / user / "Maildir"

    def deliver(self, user: str, *raws: bytes) -> None:
        """Mails in the order given."""
        new = self.maildir(user) / "new"
        for part in ("new", "cur", "tmp"):
            (self.maildir(user) / part).mkdir(parents=True, exist_ok=True)
        owner = _owner()
        for path in (self.folder / "mail", *(self.folder / "mail").rglob("*")):
            os.chown(path, owner.pw_uid, owner.pw_gid)
        for raw in raws:
            name = f"{time.time_ns() / 1e9:.6f}.M{time.time_ns()}.here"
            path = self.maildir(user) / "tmp" / name
            path.write_bytes(raw)
            os.chown(path, owner.pw_uid, owner.pw_gid)
            path.rename(new / name)

    def flags(self, user: str) -> list[str]:
        """The names of all mails of the INBOX, with their Maildir flags."""
        box = self.maildir(user)
        return sorted(path.name for part in ("new", "cur") for path in (box / part).glob("*"))

    def new_uidvalidity(self, user: str) -> None:
        """As after a restore: the server forgets its numbers."""
        for name in (
            "dovecot-uidlist",
            "dovecot.index",
            "dovecot.index.log",
            "dovecot.index.cache",
        ):
            (self.maildir(user) / name).unlink(missing_ok=True)
        for path in self.maildir(user).glob("dovecot-uidvalidity*"):
            path.unlink()


@contextmanager
def dovecot(authority: Authority | None = None) -> Iterator[Dovecot]:
    """A server whose every user has PASSWORD, listening on loopback alone."""
    # not under pytest's own folder: run by root, the server reads mail as somebody else
    with tempfile.TemporaryDirectory(prefix="dovecot-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        mail, owner = Path(folder) / "mail", _owner()
        mail.mkdir()
        os.chown(mail, owner.pw_uid, owner.pw_gid)
        with _serving(Path(folder), authority) as server:
            yield server


@contextmanager
def _serving(folder: Path, authority: Authority | None) -> Iterator[Dovecot]:
    server = Dovecot(folder, "127.0.0.1", free_port(), free_port())
    config = folder / "dovecot.conf"
    config.write_text(_config(server, authority), encoding="utf-8")
    with (folder / "output.txt").open("wb") as output:
        child = subprocess.Popen(
            [BINARY, "-F", "-c", str(config)], stdout=output, stderr=output, start_new_session=True
        )
    try:
        _wait(server, child)
        yield server
    finally:
        with suppress(ProcessLookupError):  # asked politely, it takes a second
            os.killpg(child.pid, signal.SIGKILL)
        child.wait(10)


def _wait(server: Dovecot, child: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 15
    while time.monotonic() < until and child.poll() is None:
        with suppress(OSError), socket.create_connection((server.host, server.port), 1) as line:
            if b"OK" in line.recv(200):
                return
        time.sleep(0.05)
    said = (server.folder / "output.txt").read_text(errors="replace")
    log = server.folder / "log.txt"
    raise RuntimeError(f"dovecot did not start: {said}{log.read_text() if log.exists() else ''}")


def _config(server: Dovecot, authority: Authority | None) -> str:
    owner = _owner()
    tls = "ssl = no"
    listener = "inet_listener imaps {\n    port = 0\n  }"
    if authority is not None:
        tls = f"ssl = yes\nssl_cert = <{authority.cert_file}\nssl_key = <{authority.key_file}"
        listener = f"inet_listener imaps {{\n    port = {server.tls_port}\n    ssl = yes\n  }}"
    return f"""
base_dir = {server.folder}/run
state_dir = {server.folder}/state
log_path = {server.folder}/log.txt
protocols = imap
listen = {server.host}
default_internal_user = {owner.pw_name}
default_internal_group = {grp.getgrgid(owner.pw_gid).gr_name}
default_login_user = {owner.pw_name}
first_valid_uid = 0
first_valid_gid = 0
last_valid_uid = 0
last_valid_gid = 0
disable_plaintext_auth = no
auth_mechanisms = plain
auth_failure_delay = 0
mail_location = maildir:{server.folder}/mail/%u/Maildir
mail_fsync = never
{tls}
passdb {{
  driver = static
  args = password={{PLAIN}}{PASSWORD}
}}
userdb {{
  driver = static
  args = uid={owner.pw_uid} gid={owner.pw_gid} home={server.folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {server.port}
  }}
  {listener}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""


def _owner() -> pwd.struct_passwd:
    """Who holds the mails and runs the parts: ourselves, or nobody where we are root."""
    if os.getuid():
        return pwd.getpwuid(os.getuid())
    known = {one.pw_name: one for one in pwd.getpwall()}
    return next(known[name] for name in ("nobody", "daemon") if name in known)
