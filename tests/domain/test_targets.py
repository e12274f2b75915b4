"""Which addresses a webhook may call."""

from ipaddress import ip_address

import pytest

from core.domain import targets

GOOD = [
    ("https://hooks.example.com/a?b=1", ("https", "hooks.example.com", 443)),
    ("https://HOOKS.example.com.:8443/", ("https", "hooks.example.com", 8443)),
    ("https://hook.eu2.make.com/abc", ("https", "hook.eu2.make.com", 443)),
    ("https://müller.example/x", ("https", "xn--mller-kva.example", 443)),
    ("https://8.8.8.8/x", ("https", "8.8.8.8", 443)),
    ("https://[2606:4700:4700::1111]/", ("https", "2606:4700:4700::1111", 443)),
]
PRIVATE_HOSTS = [
    *("localhost", "localhost.", "a.localhost", "printer.local", "metadata.google.internal"),
    *("intranet", "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255"),
    *("192.168.1.1", "169.254.169.254", "169.254.1.1", "100.64.0.1", "100.100.100.200"),
    *("192.0.0.192", "198.18.0.1", "192.0.2.7", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
    *("168.63.129.16", "[::1]", "[::]", "[fe80::1]", "[fd00:ec2::254]", "[ff02::1]"),
    *("[::ffff:127.0.0.1]", "[::ffff:a9fe:a9fe]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]"),
    *("[2001:db8::1]", "[2001::1]", "[::127.0.0.1]"),
]
ODD_NUMBERS = [
    *("2130706433", "0177.0.0.1", "0x7f.0.0.1", "0x7f000001", "127.1", "127.0.1", "1.2.3.04"),
    *("256.1.1.1", "a.1", "0x"),
]
NO_ADDRESS = [
    *("", "hooks.example", "ftp://hooks.example", "https://", "https:///x", "javascript:alert(1)"),
    *("https://a b.example", "https://hooks.example/a\nb", "https://[::1", "https://x:99999/"),
    *("https://x.example:0/", "https://user@x.example/", "https://u:p@x.example/"),
    *("https://exa$mple.com/", "https://x.example\\@127.0.0.1/", "https://" + "a" * 3000),
    *("https://" + "a" * 64 + ".example/", "https://..example/"),
]  # fmt: skip


@pytest.mark.parametrize(("url", "wanted"), GOOD)
def test_a_public_address_may_be_called(url: str, wanted: tuple[str, str, int]) -> None:
    found = targets.check(url)

    assert (found.scheme, found.host, found.port) == wanted


@pytest.mark.parametrize("host", PRIVATE_HOSTS)
def test_our_own_network_is_refused(host: str) -> None:
    with pytest.raises(ValueError, match="private or reserved address"):
        targets.check(f"https://{host}/")


@pytest.mark.parametrize("host", ODD_NUMBERS)
def test_numbers_in_disguise_are_refused(host: str) -> None:
    with pytest.raises(ValueError, match="in its usual form"):
        targets.check(f"https://{host}/")


@pytest.mark.parametrize("url", NO_ADDRESS)
def test_what_is_no_address_is_refused_also_where_the_host_is_allowed(url: str) -> None:
    with pytest.raises(ValueError, match=r"address"):
        targets.check(url, allowed=True)


def test_without_https_only_an_allowed_host_is_called() -> None:
    with pytest.raises(ValueError, match="https"):
        targets.check("http://hooks.example/")

    assert targets.check("http://127.0.0.1:8080/", allowed=True).port == 8080
    assert targets.check("http://intranet/", allowed=True).port == 80


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2a00:1450:4001::1"])
def test_public_numbers_are_public(address: str) -> None:
    assert targets.is_public(ip_address(address))
