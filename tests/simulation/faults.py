"""What can go wrong, where, and the plans that choose."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Protocol


class Fault(StrEnum):
    """The first five may befall every call to the outside, the others a mail, or what is on its way in a queue."""

    ERROR = "error"
    """The call fails before it takes effect."""
    REPLY_LOST = "reply-lost"
    """It takes effect, and fails all the same."""
    CRASH_BEFORE = "crash-before"
    """The process dies, and nothing was done."""
    CRASH_AFTER = "crash-after"
    """It takes effect, and the process dies."""
    RESENT = "resent"
    """The SDK sends it twice, as it got no reply the first time; the caller sees the second reply."""

    LOST = "lost"
    """The message is never delivered."""
    DUPLICATED = "duplicated"
    """It is delivered twice, at about the same time."""
    DELAYED = "delayed"
    """It is delivered minutes later."""

    DEFERRED = "deferred"
    """The mail service does not take the message now, and says so."""
    REFUSED = "refused"
    """It will never take it."""

    NOT_DELETED = "not-deleted"
    """The queue forgets that the message was dealt with, and delivers it again."""


@dataclass(frozen=True, slots=True)
class Point:
    """Where something may go wrong: in which ways, and which of them differ in what they leave behind."""

    faults: tuple[Fault, ...]
    distinct: tuple[Fault, ...]


_CALL = (Fault.ERROR, Fault.REPLY_LOST, Fault.CRASH_BEFORE, Fault.CRASH_AFTER, Fault.RESENT)
WRITE = Point(_CALL, _CALL)
READ = Point(_CALL, (Fault.ERROR, Fault.CRASH_BEFORE, Fault.RESENT))
"""Nothing takes effect: a read that fails late is one that fails early, and would only be played twice."""
_MAIL = (Fault.ERROR, Fault.REPLY_LOST, Fault.CRASH_BEFORE, Fault.CRASH_AFTER, Fault.DEFERRED, Fault.REFUSED)
MAIL = Point(_MAIL, _MAIL)
"""Handed over in one attempt: nothing sends it again by itself."""
_WEB = (Fault.ERROR, Fault.REPLY_LOST, Fault.CRASH_BEFORE, Fault.CRASH_AFTER)
WEB = Point(_WEB, _WEB)
"""A request to somebody else's server, in one attempt."""
MESSAGE = Point((Fault.LOST, Fault.DUPLICATED, Fault.DELAYED), (Fault.LOST, Fault.DUPLICATED, Fault.DELAYED))
STREAM = Point((Fault.DUPLICATED, Fault.DELAYED), (Fault.DUPLICATED, Fault.DELAYED))
DELETION = Point((Fault.NOT_DELETED,), (Fault.NOT_DELETED,))
OUTAGE = (Fault.ERROR, Fault.REPLY_LOST)


class Plan(Protocol):
    def fault(self, number: int, service: str, point: Point) -> Fault | None:
        """What befalls the point of this number."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """These faults at these points, nothing else."""

    faults: Mapping[int, Fault]

    def fault(self, number: int, service: str, point: Point) -> Fault | None:
        return self.faults.get(number)

    def __str__(self) -> str:
        return ",".join(f"{point}:{fault}" for point, fault in self.faults.items())


@dataclass(slots=True)
class ByChance:
    """Faults at a rate, and outages of one service each, over the first so many points."""

    chance: Random
    rate: float
    last: int
    outages: list["Outage"]

    def fault(self, number: int, service: str, point: Point) -> Fault | None:
        if number > self.last:
            return None
        if any(outage.befalls(service) for outage in self.outages):
            return self.chance.choice(OUTAGE)
        return self.chance.choice(point.faults) if self.chance.random() < self.rate else None


@dataclass(slots=True)
class Outage:
    """So many calls of one service fail, after so many went well."""

    service: str
    begins: int
    calls: int
    seen: int = 0

    def befalls(self, service: str) -> bool:
        if service != self.service:
            return False
        self.seen += 1
        return self.begins < self.seen <= self.begins + self.calls


@dataclass(slots=True)
class Blackout:
    """One service answers nobody from one instant to another; `now` is virtual time."""

    service: str
    begins: int
    ends: int
    now: Callable[[], int]

    def fault(self, number: int, service: str, point: Point) -> Fault | None:
        return Fault.ERROR if service == self.service and self.begins <= self.now() < self.ends else None


def parse(text: str) -> Chosen:
    """The faults that a replay command names, as in `3:reply-lost,7:crash-after`."""
    pairs = (part.split(":") for part in text.split(",") if part)
    return Chosen({int(point): Fault(fault) for point, fault in pairs})
