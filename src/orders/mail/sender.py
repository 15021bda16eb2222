"""The sender of e-mails: the environment variable ORDERS_SENDER."""

import os
import re
from dataclasses import dataclass, replace

from orders.mail import address, plain
from orders.mail.address import Address
from orders.order.errors import Misconfigured
from orders.shop import shop

_FORM = re.compile(r"(?:(?P<name>[^<>]*)<(?P<named>[^<>]*)>|(?P<bare>[^<>]*))")
_NOBODY = re.compile(r"(do[-_.]?)?no[t]?[-_.]?reply", re.IGNORECASE)
"""How the part before the @ begins where nobody reads the answers."""
_UNSENT = Address("receipts", "shop.invalid")
"""For the local outbox: no such domain ever exists (RFC 2606)."""


@dataclass(frozen=True, slots=True)
class Sender:
    """`name` is one line."""

    name: str | None
    address: Address

    @property
    def can_be_answered(self) -> bool:
        return self.address != _UNSENT and not _NOBODY.match(self.address.local_part)


def configured() -> Sender:
    """The sender of this process, named as the shop is unless it has a name of its own.

    Raises:
        Misconfigured: ORDERS_SENDER, or the shop's file, can't be used.
    """
    text, name = os.environ.get("ORDERS_SENDER", "").strip(), shop.configured().name
    if not text:
        return Sender(plain.line(name or "Receipts"), _UNSENT)
    sender = parse(text)
    return sender if sender.name or not name else replace(sender, name=plain.line(name))


def reply_to() -> Address | None:
    """The address for answers, if it is another than the sender's.

    Raises:
        Misconfigured: the one in the shop's file can't be used.
    """
    return _of_the_shop("reply_to", shop.configured().reply_to)


def copy_to() -> Address | None:
    """The address that gets a copy of each receipt, if there is one.

    Raises:
        Misconfigured: as `reply_to`.
    """
    return _of_the_shop("copy_to", shop.configured().copy_to)


def _of_the_shop(name: str, text: str | None) -> Address | None:
    if text is None:
        return None
    try:
        found = address.parse(text)
    except ValueError as error:
        raise Misconfigured(f"{shop.path()}: {name} is {text!a}: {error}") from None
    if found.needs_utf8:
        raise Misconfigured(f"{shop.path()}: {name} is {text!a}: the part before the @ must be ASCII")
    return found


def parse(text: str) -> Sender:
    """The sender that a text describes, such as `Casa Luna <receipts@casaluna.example>` or a bare address.

    Raises:
        Misconfigured: it describes none.
    """
    if not text.isprintable() or not (form := _FORM.fullmatch(text.strip())):
        raise _unusable(text, "write one address, on one line")
    name = (form["name"] or "").strip().removeprefix('"').removesuffix('"').strip()
    return Sender(plain.line(name) if name else None, _address(text, (form["named"] or form["bare"] or "").strip()))


def _address(text: str, bare: str) -> Address:
    try:
        found = address.parse(bare)
    except ValueError as error:
        raise _unusable(text, str(error)) from None
    if found.needs_utf8:
        raise _unusable(text, "many mail services take only ASCII letters before the @")
    return found


def _unusable(text: str, reason: str) -> Misconfigured:
    return Misconfigured(
        f"ORDERS_SENDER is {text!a}: {reason}. It should look like Casa Luna <receipts@casaluna.example>"
    )
