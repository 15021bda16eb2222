"""How many mails one mailbox gets within an hour. Orders can name any address, and must not flood it."""

import json
import os
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from orders.order import search
from orders.order.clock import from_iso, to_iso
from orders.order.errors import Misconfigured

HOUR = timedelta(hours=1)
LONGEST_TO_SEND = timedelta(minutes=1)
"""The longest time between counting a message and sending it: no sender runs longer."""
USUAL, MOST = 5, 100
"""How many mails a mailbox gets within an hour if nothing else is set, and what can be set."""

_KEPT = HOUR + LONGEST_TO_SEND

Entry = tuple[str, datetime]
"""A message, as in `12345 1` for the first about that order, and when it was last counted, just before it was sent."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """The e-mails that one mailbox got lately. `key` is the digest of its address (`key_of`).

    `revision` counts the changes and is 0 before the first. A compare-and-set compares that number.
    """

    key: str
    entries: tuple[Entry, ...] = ()
    revision: int = 0

    def room_at(self, message: str, now: datetime, most: int) -> datetime | None:
        """When the mailbox has room for the message. None means now.

        A message that has its place keeps it, so that it can be tried again.
        """
        others = sorted(at for each, at in self._lately(now) if each != message)
        return others[-most] + _KEPT if len(others) >= most else None

    def with_message(self, message: str, now: datetime) -> Self:
        others = (entry for entry in self._lately(now) if entry[0] != message)
        return replace(self, entries=(*others, (message, now)), revision=self.revision + 1)

    def _lately(self, now: datetime) -> Iterator[Entry]:
        """The messages that may have been sent within the hour, without those in the future: the clock was set back."""
        return (entry for entry in self.entries if abs(now - entry[1]) < _KEPT)


def most_an_hour() -> int:
    """How many mails a mailbox gets within an hour: ORDERS_MAILS_PER_HOUR.

    Raises:
        Misconfigured: it is not a number from 1 to 100.
    """
    text = os.environ.get("ORDERS_MAILS_PER_HOUR", "").strip() or str(USUAL)
    if not re.fullmatch("[1-9][0-9]{0,2}", text) or int(text) > MOST:
        raise Misconfigured(f"ORDERS_MAILS_PER_HOUR must be a whole number from 1 to {MOST}")
    return int(text)


def key_of(address: str) -> str:
    """A digest of an address. One mailbox has many; whatever any mail service takes for one mailbox has one key.

    Case makes no difference, nor do dots and quotes before the @, letters that are not seen, full-width ones, what
    follows a + (RFC 5233) or a % or precedes a ! (routes, RFC 1123, section 5.2.16). Elsewhere these may be mailboxes
    of several people, who then share one limit.
    """
    local_part, _, domain = address.rpartition("@")
    name = re.split("[+%]", unicodedata.normalize("NFKC", local_part))[0].rpartition("!")[2]
    domain = domain.lower()
    return search.email_key(f"{_NOT_COMPARED.sub('', name)}@{_ONE_DOMAIN.get(domain, domain)}")


_ONE_DOMAIN = {"googlemail.com": "gmail.com"}
_NOT_COMPARED = re.compile(
    '[."\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164'
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Dots, quotes, and what is not seen (Default_Ignorable_Code_Point, DerivedCoreProperties.txt; a blank of Braille)."""


def to_text(entries: tuple[Entry, ...]) -> str:
    return json.dumps([[message, to_iso(at)] for message, at in entries])


def from_text(text: str) -> tuple[Entry, ...]:
    return tuple((message, from_iso(at)) for message, at in json.loads(text))
