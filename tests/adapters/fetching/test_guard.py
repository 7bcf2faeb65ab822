"""Which addresses are the internet's: the table of the guard."""

from __future__ import annotations

from ipaddress import ip_address

import pytest
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


@pytest.mark.parametrize("host", ["2130706433", "127.1", "0177.0.0.1", "0x7f.1", "0X7F000001", "127.0.0.1.", "8.8"])
async def test_an_address_in_disguise_is_not_even_looked_up(host: str) -> None:
    guard = Guard(())
    with pytest.raises(PrivateAddress, match="disguise"):
        guard.check(URL(f"http://{host}/rain.jpg"))
    Guard([(host, 80)]).check(URL(f"http://{host}/rain.jpg"))


@pytest.mark.parametrize("host", ["1.example", "4.4.8.example.org", "0x.example", "93.184.216.34"])
async def test_a_name_may_begin_with_a_number(host: str) -> None:
    Guard(()).check(URL(f"http://{host}/rain.jpg"))
