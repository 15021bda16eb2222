"""The address at which customers reach the API: the environment variable ORDERS_PUBLIC_URL.

Without it, links are made from the request that is answered. Some of these addresses mean nothing to a customer's
machine: a single word, a private network, this machine itself.
"""

import ipaddress
import logging
import os
import re
import threading
from functools import lru_cache
from urllib.parse import urlsplit

from orders.order.errors import Misconfigured

log = logging.getLogger(__name__)

_LONGEST = 200
"""Characters, so that the longest order id still fits into the code on a receipt."""
_LONGEST_NAME = 253
_LABEL = "[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_HOST = re.compile(
    rf"(?P<name>\[(?P<v6>[0-9A-Fa-f:.]+)\]|{_LABEL}(\.{_LABEL})*\.?)(:(?P<port>[0-9]{{1,5}}))?", re.ASCII
)
_PREFIX = re.compile("(/[A-Za-z0-9._~-]+)*")
_NUMBER = re.compile("[0-9]+|0x[0-9a-f]*")
_PRIVATE_NAMES = (
    "localhost", "test", "invalid",  # RFC 6761
    "local", "home", "lan", "corp", "intranet", "private", "internal",  # RFC 6762, appendix G
    "home.arpa",  # RFC 8375
    "localdomain", "workgroup", "mshome.net",  # usual in routers and in Windows
    "alt", "onion", "i2p",  # RFC 9476, RFC 7686: names of other networks, or of none
)  # fmt: skip
"""Endings of names that mean something on one network only."""


def configured() -> str | None:
    """ORDERS_PUBLIC_URL, ending in a slash; none if it is not set.

    Raises:
        Misconfigured: it is not an address.
    """
    text = os.environ.get("ORDERS_PUBLIC_URL", "").strip()
    return parse(text) if text else None


def encrypted() -> str | None:
    """The same, for a caller that sends a key: none if it begins with `http://`."""
    url = configured()
    return url if url and url.startswith("https://") else None


@lru_cache(maxsize=4)
def parse(text: str) -> str:
    """The address that a text is, with a path prefix or without, ending in a slash.

    Raises:
        Misconfigured: the text is not such an address; says why.
    """
    if fault := _fault(text):
        raise Misconfigured(
            f"ORDERS_PUBLIC_URL can't be used: {fault}. It should look like https://orders.casaluna.example or"
            " https://casaluna.example/orders"
        )
    scheme, host, path, *_ = urlsplit(text)
    return f"{scheme}://{host.lower()}{path.rstrip('/')}/"


def _fault(text: str) -> str | None:
    """The reason why a text is not a public address. It does not quote the text, which may contain a password."""
    if len(text) > _LONGEST or not re.fullmatch("[!-~]+", text):
        return f"it must be 1 to {_LONGEST} characters of ASCII, without blanks; an international name begins with xn--"
    scheme, marker, rest = text.partition("://")
    host, slash, path = rest.partition("/")
    if scheme.lower() not in {"http", "https"} or not marker:
        return "it must begin with https:// or http://"
    if "?" in rest or "#" in rest:
        return "it must end before any ? or #"
    if "@" in host:
        return "it must not name a user"
    if not is_host(host):
        return "the part after :// must be a host name, with or without a port"
    if not is_prefix(f"{slash}{path}".rstrip("/")):
        return "its path may have letters, digits, -, ., _ and ~ between single slashes"
    return None


def is_host(text: str) -> bool:
    """Whether a text is a well-formed `Host`: a name or an IP address, perhaps with a port (RFC 9110, section 7.2)."""
    match = _HOST.fullmatch(text)
    if not match or len(match["name"]) > _LONGEST_NAME or not 0 < int(match["port"] or 1) < 65_536:
        return False
    try:
        return not match["v6"] or ipaddress.ip_address(match["v6"]).version == 6
    except ValueError:
        return False


def is_prefix(text: str) -> bool:
    """Whether a text can stand between a host and the API's own paths: empty, or as in `/shop/orders`."""
    return bool(_PREFIX.fullmatch(text)) and not {".", ".."} & {*text.split("/")}


@lru_cache(maxsize=64)
def is_public(url: str) -> bool:
    """Whether machines anywhere may reach this address.

    Not one of a private or a loopback network, nor a name that has no meaning, or another one, elsewhere. A text that
    is no address is not public either: a row of an older version may hold any.
    """
    host, slash, path = url.partition("://")[2].partition("/")
    if not is_host(host) or not is_prefix(f"{slash}{path}".rstrip("/")):
        return False
    name = (urlsplit(f"//{host}").hostname or "").removesuffix(".")
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return _is_public_name(name)
    return _is_public_address(address)


def _is_public_address(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Of IPv6, what is routed on the internet; if it represents an IPv4 address, whether that one is public."""
    if isinstance(address, ipaddress.IPv6Address):
        if embedded := _embedded(address):
            return _is_public_address(embedded)
        if address not in _ROUTED or address in _DOCUMENTATION:
            return False
    return address.is_global and not address.is_multicast


def _embedded(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 address represents, if it is of such a kind."""
    if any(address in network for network in _WITH_IPV4_AT_THE_END):
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.sixtofour


_ROUTED = ipaddress.IPv6Network("2000::/3")
_DOCUMENTATION = ipaddress.IPv6Network("3fff::/20")
"""RFC 9637, which not every version of Python knows."""
_WITH_IPV4_AT_THE_END = tuple(map(ipaddress.IPv6Network, ("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96")))
"""Compatible and mapped (RFC 4291), translated (RFC 2765), NAT64 (RFC 6052)."""


def _is_public_name(name: str) -> bool:
    """Names that end in a number are IPv4 addresses in an old spelling (https://url.spec.whatwg.org/#host-parsing)."""
    _, dot, ending = name.rpartition(".")
    return bool(dot) and not _NUMBER.fullmatch(ending) and not f".{name}".endswith(_DOTTED)


_DOTTED = tuple(f".{name}" for name in _PRIVATE_NAMES)
_warned = threading.Event()


def warn_unless_public(url: str) -> None:
    """Say in the log, once in a process, that customers get no link to an address that only some machines reach."""
    if _warned.is_set() or is_public(url):
        return
    _warned.set()
    if url == configured():
        log.warning("ORDERS_PUBLIC_URL (%s) is a private address: %s", url, _NO_LINKS)
    else:
        log.warning(
            "%s is a private address: %s Set ORDERS_PUBLIC_URL to the address at which customers reach this server.",
            url, _NO_LINKS,
        )  # fmt: skip


_NO_LINKS = "receipts and mails that leave this machine have no link."
