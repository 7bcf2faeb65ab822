"""Which addresses are the internet's: the table of the guard."""

from __future__ import annotations

import socket
from ipaddress import ip_address

import pytest
from aiohttp import AddrInfoType
from aiohttp.abc import ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from adapters.fetching.guard import Guard, PrivateAddress, is_public


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        # private, and the machine itself
        ("10.0.0.5", False),
        ("172.16.0.1", False),
        ("172.31.255.255", False),
        ("172.32.0.1", True),
        ("192.168.1.1", False),
        ("127.0.0.1", False),
        ("127.255.255.254", False),
        ("0.0.0.0", False),
        ("::", False),
        ("::1", False),
        ("fd00::1", False),
        ("fec0::1", False),
        # link-local, where clouds keep their secrets, and where else they do
        ("169.254.169.254", False),
        ("fe80::1", False),
        ("fd00:ec2::254", False),
        ("100.100.100.200", False),
        ("192.0.0.192", False),
        ("168.63.129.16", False),
        # a provider's own network (CGNAT), benchmarks, documentation, multicast, what is reserved
        ("100.64.0.1", False),
        ("100.127.255.255", False),
        ("100.128.0.1", True),
        ("198.18.0.1", False),
        ("192.0.2.1", False),
        ("2001:db8::1", False),
        ("224.0.0.1", False),
        ("239.255.255.255", False),
        ("ff02::1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("4000::1", False),
        # an address that wraps another one
        ("::ffff:10.0.0.5", False),
        ("::ffff:93.184.216.34", True),
        ("::10.0.0.5", False),
        ("64:ff9b::10.0.0.5", False),
        ("64:ff9b::93.184.216.34", True),
        ("64:ff9b:1::10.0.0.5", False),
        ("2002:0a00:0005::1", False),
        ("2002:5db8:d822::1", True),
        ("2001::1", False),
    ],
)
def test_which_addresses_are_the_internets(address: str, *, public: bool) -> None:
    assert is_public(ip_address(address)) is public


DISGUISED = [
    "2130706433",
    "127.1",
    "0177.0.0.1",
    "0x7f.1",
    "0X7F000001",
    "127.0.0.1.",
    "127.0.0.1..",
    "127.1...",
    "8.8",
]


@pytest.mark.parametrize("host", DISGUISED)
async def test_an_address_in_disguise_is_not_even_looked_up(host: str) -> None:
    guard = Guard(())
    with pytest.raises(PrivateAddress, match="disguise"):
        guard.check(URL(f"http://{host}/rain.jpg"))
    Guard([(host, 80)]).check(URL(f"http://{host}/rain.jpg"))


@pytest.mark.parametrize("host", ["1.example", "4.4.8.example.org", "0x.example", "93.184.216.34"])
async def test_a_name_may_begin_with_a_number(host: str) -> None:
    Guard(()).check(URL(f"http://{host}/rain.jpg"))


@pytest.mark.parametrize(
    "host",
    ["::1%25", "::1%25lo", "::1%251", "::1%25a%25b", "::ffff:127.0.0.1%25", "::ffff:7f00:1%25", "fe80::1%25", "::%25"],
)
async def test_a_zone_hides_no_private_address(host: str) -> None:
    """RFC 6874 writes it behind %25; an empty one is none of `ipaddress`, but leads there all the same."""
    with pytest.raises(PrivateAddress):
        Guard(()).check(URL(f"http://[{host}]/rain.jpg"))


@pytest.mark.parametrize("host", ["v1.fe80::a", "::1:zz"])
async def test_what_has_a_colon_is_no_name(host: str) -> None:
    with pytest.raises(PrivateAddress, match="disguise"):
        Guard(()).check(URL(f"http://[{host}]/rain.jpg"))


async def test_a_public_address_may_have_a_zone() -> None:
    Guard(()).check(URL("http://[2606:2800:220:1::1%25eth0]/rain.jpg"))


# --- names -----------------------------------------------------------------------------------------------------------


class Mixing(ThreadedResolver):
    """A name server that says private addresses beside public ones."""

    said = ("10.0.0.5", "93.184.216.34", "::1", "2606:2800:220:1::1", "fe80::1%eth0", "::ffff:127.0.0.1", "nowhere")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=each, port=port, family=family, proto=0, flags=0) for each in self.said
        ]


@pytest.fixture
def mixing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.fetching.guard.ThreadedResolver", Mixing)


@pytest.mark.usefixtures("mixing")
async def test_of_mixed_answers_only_the_public_ones_are_had() -> None:
    found = await Guard([("news.example", 443)]).resolve("news.example", 80)
    assert [each["host"] for each in found] == ["93.184.216.34", "2606:2800:220:1::1"]


@pytest.mark.usefixtures("mixing")
async def test_of_a_name_that_is_allowed_all_are_had() -> None:
    found = await Guard([("news.example", 80)]).resolve("news.example", 80)
    assert [each["host"] for each in found] == list(Mixing.said)


# --- at the moment of connecting -------------------------------------------------------------------------------------


def at(host: str, port: int = 80) -> AddrInfoType:
    if ":" in host:
        return socket.AF_INET6, socket.SOCK_STREAM, 0, "", (host, port, 0, 0)
    return socket.AF_INET, socket.SOCK_STREAM, 0, "", (host, port)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "10.0.0.5", "::1", "::1%", "::ffff:127.0.0.1%", "fe80::1%eth0", "localhost", "nowhere", "", "0"],
)
async def test_nothing_private_is_connected_to_whoever_passed_it_on(host: str) -> None:
    with pytest.raises(PrivateAddress):
        Guard([(host, 81), ("news.example", 80)]).socket(at(host))


async def test_what_is_public_or_allowed_is_connected_to() -> None:
    guard = Guard([("127.0.0.1", 80), ("::1", 80)])
    for host in ("93.184.216.34", "2606:2800:220:1::1", "2606:2800:220:1::1%", "127.0.0.1", "::1"):
        guard.socket(at(host)).close()


@pytest.mark.usefixtures("mixing")
async def test_the_addresses_of_a_name_that_is_allowed_are_connected_to_at_its_port() -> None:
    guard = Guard([("news.example", 80)])
    await guard.resolve("news.example", 80)
    guard.socket(at("10.0.0.5")).close()
    guard.socket(at("fe80::1%eth0")).close()
    with pytest.raises(PrivateAddress):
        guard.socket(at("10.0.0.5", 81))
