from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from feeds.addresses import Guard, allowed, literal, networks, redacted
from feeds.errors import AddressRefused


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.255.255.254",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.100.100.200",
        "192.0.0.192",
        "168.63.129.16",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "198.18.0.1",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::a00:1",
        "2002:7f00:1::",
        "2002:c0a8:101::1",
        "2001:0:7f00:1::",
        "fd00:ec2::254",
        "fc00::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
    ],
)
def test_addresses_that_lead_inside_are_refused(address: str) -> None:
    assert not allowed(ip_address(address))


@pytest.mark.parametrize(
    "address",
    ["1.1.1.1", "151.101.0.81", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"],
)
def test_public_addresses_are_allowed(address: str) -> None:
    assert allowed(ip_address(address))


@pytest.mark.parametrize("address", ["10.1.2.3", "::ffff:10.1.2.3", "64:ff9b::a01:203"])
def test_a_network_that_was_opened_is_reached_in_each_of_its_forms(address: str) -> None:
    assert allowed(ip_address(address), networks(["10.0.0.0/8"]))


def test_opening_one_network_opens_no_other() -> None:
    assert not allowed(ip_address("192.168.0.1"), networks(["10.0.0.0/8", "fd00::/8"]))


@pytest.mark.parametrize(
    "host",
    [
        "0x7f.1",
        "2130706433",
        "0177.0.0.1",
        "127.1",
        "0x7f000001",
        "127.0.0.1.",
        "[::1]",
        "[::ffff:7f00:1]",
        "[::ffff:127.0.0.1]",
        "[fe80::1%25eth0]",
        "017700000001",
        "127。0。0。1",
        "１２７.0.0.1",
        "①②⑦.0.0.1",
        "[::ffff:a9fe:a9fe]",
        "[64:ff9b::a9fe:a9fe]",
    ],
)
def test_odd_spellings_of_a_closed_address_are_seen_through(host: str) -> None:
    with pytest.raises(AddressRefused):
        Guard().check_url(URL(f"http://{host}/", encoded=host.startswith("[")))


@given(st.integers(0, 2**32 - 1))
def test_the_number_of_an_address_is_the_address(number: int) -> None:
    assert literal(str(number)) == ip_address(number)


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://example.org/", "gopher://x/", "http:///x"]
)
def test_other_schemes_and_empty_hosts_are_refused(url: str) -> None:
    with pytest.raises(AddressRefused, match="not an http or https address"):
        Guard().check_url(URL(url))


def test_names_are_left_to_the_moment_of_dialling() -> None:
    Guard().check_url(URL("https://example.org/feed"))


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST.", "db", "a.localhost", "printer.local", "metadata.google.internal"],
)
def test_where_a_proxy_dials_names_that_lead_inside_are_refused(host: str) -> None:
    with pytest.raises(AddressRefused):
        Guard(blind=True).check_url(URL(f"http://{host}/"))
    Guard(["10.0.0.0/8"], blind=True).check_url(URL(f"http://{host}/"))


def test_where_a_proxy_dials_public_names_are_left_to_it() -> None:
    Guard(blind=True).check_url(URL("https://localhost.example.org/feed"))


def test_a_bad_network_is_named() -> None:
    with pytest.raises(ValueError, match="ten dot net"):
        networks(["ten dot net"])


def test_no_secret_is_in_a_redacted_address() -> None:
    shown = redacted("https://user:hunter2@example.org:8443/feed?token=s3cret#frag")
    assert shown == "https://example.org:8443/feed?…"
