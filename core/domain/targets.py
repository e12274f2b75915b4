"""Which addresses a webhook may call: public ones by https, never our own network.

The rules for the text of an address and for the numbers its name resolves to. The names themselves
are looked up where the call is made (core.providers.automation.guard), at the moment of the call.
"""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

Address = IPv4Address | IPv6Address

LONGEST = 2_000
_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,62}\.?)+")
_NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+")

# IANA's special-purpose registries (RFC 6890 and later): nothing here is a stranger's server
_NOT_PUBLIC = tuple(
    map(
        ip_network,
        (
            *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
            *("172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24"),
            *("192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"),
            *("224.0.0.0/4", "240.0.0.0/4"),
            "168.63.129.16/32",  # Azure's metadata and DNS, on a public number
            *("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
        ),
    )
)
_PUBLIC_V6 = ip_network("2000::/3")  # all else (mapped IPv4, ULA, link-local, NAT64 …) is refused


@dataclass(frozen=True, slots=True)
class Target:
    """The parts of an address that a call needs."""

    scheme: str
    host: str  # lower case, as A-label, without brackets and final dot
    port: int


def parse(url: str) -> Target:
    """The target of an address; ValueError with one sentence where it cannot be one."""
    url = url.strip()
    if len(url) > LONGEST or any(ord(sign) <= 32 or ord(sign) == 127 for sign in url):
        raise ValueError("This is no web address: it is too long or has blanks in it.")
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").rstrip(".").encode("idna").decode().lower()
    except (ValueError, UnicodeError):
        raise ValueError("This is no web address.") from None
    if parts.scheme not in ("http", "https") or not host:
        raise ValueError("The address must begin with https:// and name a host.")
    if parts.username is not None or parts.password is not None:
        raise ValueError("The address must not have a name or password before the host.")
    if "\\" in url or port == 0 or not (_is_number(host) or _NAME.fullmatch(host)):
        raise ValueError("The host of the address cannot be read.")
    return Target(parts.scheme, host, port or (443 if parts.scheme == "https" else 80))


def check(url: str, *, allowed: bool = False) -> Target:
    """The target, where it may be called; ValueError with one sentence where not.

    `allowed`: an admin has allowed this very host, so it may be private and without https.
    """
    target = parse(url)
    if allowed:
        return target
    if target.scheme != "https":
        raise ValueError("The address must begin with https://, so that nobody can listen in.")
    if _is_number(target.host):
        if not is_public(_number(target.host)):
            raise ValueError(private(target.host))
    elif "." not in target.host or target.host.endswith((".localhost", ".local", ".internal")):
        raise ValueError(private(target.host))
    return target


def is_public(address: Address) -> bool:
    """Whether it is a number of the public internet."""
    if isinstance(address, IPv6Address) and address not in _PUBLIC_V6:
        return False
    return not any(address in network for network in _NOT_PUBLIC)


def private(host: str) -> str:
    """The sentence for an address that lies within."""
    return (
        f"{host} is a private or reserved address, so it is not called. "
        "An admin can allow this host."
    )


def _is_number(host: str) -> bool:
    """Whether a resolver would read it as a number: as IPv6, or (like browsers do) whenever its
    last part is numeric: 2130706433, 0177.0.0.1 and 0x7f.1 are all 127.0.0.1.
    """
    return ":" in host or _NUMBER.fullmatch(host.rpartition(".")[2]) is not None


def _number(host: str) -> Address:
    try:
        return ip_address(host)
    except ValueError:
        raise ValueError(f"Write the number {host} in its usual form, like 203.0.113.7.") from None
