"""Which addresses of the network we may speak to: public ones, and nothing that leads back inside."""

from __future__ import annotations

import ipaddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_REFUSED = tuple(
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8",
        "100.64.0.0/10",  # shared by carriers
        "168.63.129.16/32",  # a cloud's inner service, under a public number
        "192.0.0.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "198.18.0.0/15",  # measurements
        "240.0.0.0/4",
        "64:ff9b:1::/48",  # local NAT64
        "100::/64",
        "2001::/23",  # Teredo, ORCHID, benchmarks: all reach through
        "2001:db8::/32",
        "fec0::/10",
    )
)
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")


def is_public(text: str) -> bool:
    """Whether an address is of the open internet. Addresses that carry an IPv4 one inside are judged by it too."""
    try:
        address = ipaddress.ip_address(text.split("%", 1)[0])
    except ValueError:
        return False
    if "%" in text:
        return False
    inner = _carried(address)
    return _is_open(address) and (inner is None or _is_open(inner))


def _is_open(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address) and (address.ipv4_mapped or address in _TRANSLATED):
        return _carried(address) is not None and is_public(str(_carried(address)))
    closed = (
        address.is_private
        or address.is_loopback
        or address.is_link_local
        or address.is_multicast
        or address.is_reserved
        or address.is_unspecified
    )
    in_refused = any(address in network for network in _REFUSED if network.version == address.version)
    return not closed and address.is_global and not in_refused


def _carried(address: Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address inside a mapped, translated or 6to4 IPv6 address."""
    if not isinstance(address, ipaddress.IPv6Address):
        return None
    if address in _TRANSLATED:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour
