"""Which addresses are public. Everything else counts as inside, and nothing is sent there.

The lists follow IANA's registries of special-purpose addresses, and not `ipaddress.is_global`, whose answers change
with the version of Python.
https://www.iana.org/assignments/iana-ipv4-special-registry, https://www.iana.org/assignments/iana-ipv6-special-registry
"""

import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address

_NOT_PUBLIC = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",  # private
        "100.64.0.0/10",  # shared by a provider's customers
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local, with the metadata of most clouds
        "168.63.129.16/32",  # Azure's services for its virtual machines
        "192.0.0.0/24", "192.88.99.0/24",  # protocol assignments, and relays of 6to4
        "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24",  # documentation
        "198.18.0.0/15",  # benchmarks
        "224.0.0.0/4", "240.0.0.0/4",  # multicast, reserved, broadcast
    )
)  # fmt: skip
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NOT_PUBLIC_V6 = tuple(
    IPv6Network(text)
    for text in (
        "2001::/23",  # protocol assignments, among them Teredo
        "2001:db8::/32", "3fff::/20",  # documentation
        "2002::/16",  # 6to4, which has an IPv4 address inside
    )
)  # fmt: skip
_NAT64 = IPv6Network("64:ff9b::/96")
_NEVER = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8", "169.254.0.0/16", "168.63.129.16/32", "192.0.0.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "100.100.100.200/32",  # Alibaba's metadata, among addresses that a provider's customers share
    )
)  # fmt: skip
_PRIVATE_V6 = IPv6Network("fc00::/7")
_METADATA_V6 = (IPv6Network("fd00:ec2::/32"), IPv6Network("fd00:c1::/32"), IPv6Network("fd20:ce::/64"))
"""The metadata services of Amazon's, Oracle's and Google's machines."""

_DISCARD = 9


def is_public(address: Address) -> bool:
    """Whether the whole internet can reach it. A NAT64 address (RFC 6052) is judged by the IPv4 address in it.

    Other IPv6 addresses that contain an IPv4 address (mapped, compatible, 6to4, Teredo) are not public.
    """
    if isinstance(address, IPv4Address):
        return not _is_in(address, _NOT_PUBLIC)
    if address.scope_id is not None:
        return False
    if address in _NAT64:
        return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
    return address in _GLOBAL_UNICAST and not any(address in network for network in _NOT_PUBLIC_V6)


def may_be_private(address: Address) -> bool:
    """Whether a host that the deployment allows by name may have it: public, private or loopback.

    Link-local, metadata and multicast addresses are never allowed: no receiver of webhooks has one.
    """
    if isinstance(address, IPv4Address):
        return not _is_in(address, _NEVER)
    if address.is_loopback or is_public(address):
        return True
    return address in _PRIVATE_V6 and not any(address in network for network in _METADATA_V6)


def is_this_machine(address: Address) -> bool:
    """Whether an interface of this machine has it: only then can a socket be bound to it and send from it.

    A balancer's machine may let sockets be bound to any address (`ip_nonlocal_bind`), but not send from it. A machine
    without IPv6 has no address of it.
    """
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((str(address), 0))
            probe.connect((str(address), _DISCARD))  # sends nothing
    except OSError:
        return False
    return True


def _is_in(address: IPv4Address, networks: tuple[IPv4Network, ...]) -> bool:
    return any(address in network for network in networks)
