"""Where webhooks may be sent: what a URL must look like, and which other hosts the deployment allows.

`ORDERS_WEBHOOK_LOOPBACK=yes` allows this machine's loopback interface, also by http. `ORDERS_WEBHOOK_HOSTS` names
hosts, separated by commas, that may have private addresses.
"""

import os
import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import urlsplit

from orders.order.errors import BadRequest, Misconfigured
from orders.order.webhook import LONGEST_URL
from orders.outbound.addresses import Address, is_public, is_this_machine, may_be_private

_LONGEST_NAME = 253
_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"{_LABEL}(\.{_LABEL})*", re.ASCII)
_URL = re.compile(
    r"(?P<scheme>https?)://(?P<authority>[^/?]*)(?P<target>(/[!$&'()*+,;=:@\w.~%/-]*)?(\?[!$&'()*+,;=:@\w.~%/?-]*)?)",
    re.ASCII | re.IGNORECASE,
)
_AUTHORITY = re.compile(r"(\[(?P<v6>[^\]]*)\]|(?P<name>[^:\[\]]*))(:(?P<port>[0-9]{1,5}))?", re.ASCII)
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)
"""A host whose last label looks like this is an IPv4 address in some notation (https://url.spec.whatwg.org/#ends-in-a-number-checker)."""

Place = tuple[bool, str, int]
"""Whether it is encrypted, a host and a port: requests to the same place can share a connection."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes. `host` is a name in lower case, or an address without brackets."""

    is_encrypted: bool
    host: str
    port: int
    target: str

    @property
    def place(self) -> Place:
        return self.is_encrypted, self.host, self.port


@dataclass(frozen=True, slots=True)
class Rules:
    """`hosts` may have private addresses. `own_host` is the name or address of this API itself."""

    with_loopback: bool = False
    hosts: frozenset[str] = frozenset()
    own_host: str | None = None

    def target(self, url: str) -> Target:
        """Where a URL points to.

        Raises:
            BadRequest: nothing may be sent there, as far as the URL itself tells.
        """
        scheme, authority, path = _parts(url)
        host, address, port = _host(authority, 443 if scheme == "https" else 80)
        loopback = self.with_loopback and (host == "localhost" or (address is not None and address.is_loopback))
        if scheme != "https" and not loopback:
            raise BadRequest("url must begin with https://.")
        if port != 443 and port < 1024:
            raise BadRequest("The port in url must be 443, or 1024 or higher.")
        if not loopback and host not in self.hosts:
            self._refuse_inside(host, address)
        return Target(scheme == "https", host, port, path if path.startswith("/") else f"/{path}")

    def allows(self, host: str, address: Address) -> bool:
        """Whether the address that a host's name resolved to may be connected to."""
        if self.with_loopback and (host == "localhost" or host == str(address)) and address.is_loopback:
            return True
        if host in self.hosts:
            return may_be_private(address) and (address.is_loopback or not is_this_machine(address))
        return is_public(address) and not is_this_machine(address)

    def _refuse_inside(self, host: str, address: Address | None) -> None:
        if address is not None and not is_public(address):
            raise BadRequest("The address in url is not public. Webhooks are only sent to public addresses.")
        if address is None and (host == "localhost" or host.endswith(".localhost") or "." not in host):
            raise BadRequest(f"url must name a public host, as in https://hooks.shop.example/orders, and not {host}.")
        if host == self.own_host:
            raise BadRequest("url must not be the address of this API itself.")


def from_environment() -> Rules:
    """The rules of this deployment.

    Raises:
        Misconfigured: a setting can't be used.
    """
    loopback = os.environ.get("ORDERS_WEBHOOK_LOOPBACK", "no")
    if loopback not in {"yes", "no", ""}:
        raise Misconfigured("ORDERS_WEBHOOK_LOOPBACK must be yes or no.")
    names = os.environ.get("ORDERS_WEBHOOK_HOSTS", "").lower().replace(",", " ").split()
    for name in names:
        if not _NAME.fullmatch(name):
            raise Misconfigured(f"ORDERS_WEBHOOK_HOSTS must be names of hosts, separated by commas; {name} is not one.")
    own = urlsplit(os.environ.get("ORDERS_PUBLIC_URL", "").strip()).hostname
    return Rules(loopback == "yes", frozenset(names), own)


def _parts(url: str) -> tuple[str, str, str]:
    """The scheme in lower case, the host with its port, and what follows."""
    if len(url) > LONGEST_URL:
        raise BadRequest(f"url must have at most {LONGEST_URL} characters.")
    if "#" in url:
        raise BadRequest("url must have no fragment: leave out everything from # on.")
    if not url.isascii():
        raise BadRequest("url must be in ASCII: an international host name begins with xn--.")
    found = _URL.fullmatch(url)
    if not found:
        raise BadRequest("url must be a complete URL, as in https://hooks.shop.example/orders.")
    if "@" in found["authority"]:
        raise BadRequest("url must have no user name or password. Every webhook is signed: check its signature.")
    return found["scheme"].lower(), found["authority"].lower(), found["target"]


def _host(authority: str, default_port: int) -> tuple[str, Address | None, int]:
    """The host, its address if it is one, and the port."""
    found = _AUTHORITY.fullmatch(authority)
    port = int(found["port"] or default_port) if found else 0
    if not found or port > 65_535:
        raise BadRequest(
            "url must have a host and no more than a port behind it, as in https://hooks.shop.example:8443."
        )
    if found["v6"] is not None:
        v6 = _v6(found["v6"])
        return str(v6), v6, port
    name = found["name"]
    if _NUMBER.fullmatch(name.rpartition(".")[2]):
        return name, _v4(name), port
    return _name(name), None, port


def _name(name: str) -> str:
    if name.endswith("."):
        raise BadRequest("The host in url must not end with a dot.")
    if len(name) > _LONGEST_NAME or not _NAME.fullmatch(name):
        raise BadRequest("The host in url is not a host name.")
    return name


def _v4(text: str) -> IPv4Address:
    """Only four decimal numbers: resolvers also accept octal, hexadecimal and short forms, and differ in them."""
    try:
        return IPv4Address(text)
    except AddressValueError:
        raise BadRequest("Write an address in url with four decimal numbers, as in https://198.51.100.7/.") from None


def _v6(text: str) -> IPv6Address:
    """Without a zone, which has a meaning on this machine only."""
    try:
        if "%" not in text:
            return IPv6Address(text)
    except AddressValueError:
        pass
    raise BadRequest("The address between [ and ] in url is not an IPv6 address.")
