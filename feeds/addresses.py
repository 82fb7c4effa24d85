"""Which network addresses may be dialled.

The check stands where the socket is made, so it sees the address that is really dialled: on each
hop of a redirect, after each look-up of a name (DNS rebinding), in whatever spelling it was given.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Any

from yarl import URL

from feeds.errors import AddressRefused

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

SCHEMES = ("http", "https")

_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
_IPV4_COMPATIBLE = IPv6Network("::/96")
_ALSO_CLOSED = tuple(
    IPv4Network(text) for text in ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32")
)
"""Special uses that Python takes for public: protocol assignments (Oracle's metadata service is
among them), 6to4 relays, and Azure's wire server; the metadata services of the other clouds are
link-local, unique local or shared addresses."""


_INNER_NAMES = ("localhost", "local", "internal", "intranet", "lan", "home.arpa")
"""Names that mean the resolver's own machine or network: RFC 6761, RFC 6762, RFC 8375, ICANN's
reservation of .internal (metadata.google.internal is one), and two that many networks use."""


def networks(texts: Sequence[str]) -> tuple[Network, ...]:
    """Networks in CIDR form. Raises ValueError naming the one that is none."""
    return tuple(ipaddress.ip_network(text, strict=False) for text in texts)


def allowed(address: Address, allow_networks: Sequence[Network] = ()) -> bool:
    """Whether an address may be dialled: public unicast, or in a network that was opened."""
    inner = _embedded(address)
    if any(_within(one, allow_networks) for one in (address, *inner)):
        return True
    if any(not _public(one) for one in inner):
        return False
    return bool(inner and _translated(address)) or _public(address)


def _within(address: Address, open_networks: Sequence[Network]) -> bool:
    return any(address.version == net.version and address in net for net in open_networks)


def _public(address: Address) -> bool:
    if isinstance(address, IPv6Address):
        return address in _GLOBAL_UNICAST and address.is_global
    closed = address.is_multicast or any(address in net for net in _ALSO_CLOSED)
    return address.is_global and not closed


def _translated(address: Address) -> bool:
    """Whether the address is nothing but an IPv4 address in other clothes."""
    if isinstance(address, IPv4Address):
        return False
    return address.ipv4_mapped is not None or address in _NAT64[0]


def _embedded(address: Address) -> tuple[IPv4Address, ...]:
    """IPv4 addresses that an IPv6 address leads to: mapped, compatible, NAT64, 6to4, Teredo."""
    if isinstance(address, IPv4Address):
        return ()
    found = []
    if address.ipv4_mapped:
        found.append(address.ipv4_mapped)
    if address.sixtofour:
        found.append(address.sixtofour)
    if address.teredo:
        found.extend(address.teredo)
    if address in _IPV4_COMPATIBLE or any(address in net for net in _NAT64):
        found.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return tuple(found)


def literal(host: str) -> Address | None:
    """The address that a host part spells, in any spelling that a resolver accepts
    (0x7f.1, 2130706433, 0177.0.0.1, [::ffff:7f00:1], fe80::1%eth0); None for a name."""
    bare = host.strip("[]").rstrip(".").partition("%")[0]
    try:
        return ipaddress.ip_address(bare)
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(bare)) if bare[:1].isdigit() else None
    except OSError:
        return None


def inner_name(host: str) -> bool:
    """Whether a name can only mean a machine of the resolver's own network."""
    name = host.rstrip(".").lower()
    return "." not in name or name.endswith(tuple(f".{inner}" for inner in _INNER_NAMES))


class GuardError(OSError):
    """Raised in place of a connection; the fetcher turns it into AddressRefused."""


class Guard:
    """Lets through what `allowed` allows."""

    def __init__(self, allow_networks: Sequence[str] = (), *, blind: bool = False) -> None:
        """`blind`: somebody else dials, such as a proxy, and what a name leads to is not seen here;
        names that are known to lead inside are then refused, unless a network was opened."""
        self._open = networks(allow_networks)
        self._judges_names = blind and not self._open

    def check_url(self, url: URL) -> None:
        """Judge what the address itself shows. Raises AddressRefused."""
        if url.scheme not in SCHEMES or not url.raw_host:
            raise AddressRefused(
                f"{redacted(url)} is not an http or https address",
                kind="refused",
                remedy="give the full address, starting with https://",
            )
        address = literal(url.raw_host)
        if address is not None and not allowed(address, self._open):
            raise self.refusal(url)
        if address is None and self._judges_names and inner_name(url.raw_host):
            raise self.refusal(url)

    def socket_for(self, info: tuple[Any, ...]) -> socket.socket:
        """A socket for aiohttp's connector (socket_factory). Raises GuardError."""
        family, kind, protocol, _, target = info
        if not allowed(ipaddress.ip_address(str(target[0]).partition("%")[0]), self._open):
            raise GuardError("the address is in a network that is not dialled")
        return socket.socket(family, kind, protocol)

    @staticmethod
    def refusal(url: URL) -> AddressRefused:
        """The error for an address in a network that stays closed."""
        return AddressRefused(
            f"{redacted(url)} leads to a private or reserved network address",
            kind="refused",
            remedy="if that is meant, add its network to [fetch] allow_networks",
        )


def without_user(url: URL) -> URL:
    """The address without user and password."""
    return url.with_user(None) if url.raw_user is not None or url.raw_password else url


def redacted(url: URL | str) -> str:
    """An address fit for logs and messages: no user, no password, no query, no fragment."""
    try:
        parsed = URL(url) if isinstance(url, str) else url
        shown = str(without_user(parsed).with_query(None).with_fragment(None))
    except ValueError:
        return "(unreadable address)"
    return shown + ("?…" if parsed.raw_query_string else "")
