"""Wrong keys, counted by the address that sent them: after ten in a minute, an address is told to wait."""

import ipaddress
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from starlette.types import Scope

from orders.local.loopback import is_this_machine
from orders.local.server.minutely import Minutely

log = logging.getLogger(__name__)

MOST_IN_A_MINUTE = 10
MINUTE = 60
MOST_ADDRESSES = 10_000
"""That are remembered; of more, those that began first are forgotten."""
_OF_A_NETWORK = 64
"""Bits of an IPv6 address that its holder can't choose (RFC 6177)."""


@dataclass(slots=True)
class _Count:
    since: float
    keys: int = 0


class RefusedKeys:
    """A right key is always let in, from whatever address: nobody can lock out a shop by sending wrong keys for it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._counts: dict[str, _Count] = {}
        self._told = Minutely(log, "Refused keys, by address", clock)

    def add(self, address: str) -> int:
        """Count a wrong key. In how many seconds this address may send another one; 0 while it may send some."""
        now = self._clock()
        count = self._counts.get(address)
        if count is None or now - count.since >= MINUTE:
            self._counts.pop(address, None)
            count = self._counts[address] = _Count(now)
            self._forget()
        count.keys += 1
        self._told.add(address)
        return int(count.since + MINUTE - now) + 1 if count.keys > MOST_IN_A_MINUTE else 0

    def look(self) -> None:
        """To be called now and then."""
        self._told.look()

    def _forget(self) -> None:
        while len(self._counts) > MOST_ADDRESSES:
            del self._counts[next(iter(self._counts))]


def caller_address(scope: Scope) -> str:
    """The caller's address, or its network's for IPv6.

    A caller on this machine that names another address is a proxy: the last one is what it has seen itself.
    """
    peer = scope["client"][0] if scope["client"] else "-"
    named = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
    if named and is_this_machine(peer):
        return _network(named[-1].decode("latin-1").rpartition(",")[2].strip()) or peer
    return _network(peer) or peer


def _network(text: str) -> str:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return ""
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, _OF_A_NETWORK), strict=False))
