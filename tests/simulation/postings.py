"""What the simulated shops post: orders that one can tell apart, each name with a canary that no log may show."""

import json
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

CANARY = "Canary"
_NAMES = ("Zoë", "محمد", "Ánh", "太郎", "O'Brien", '"Ω"', "Иван", "<b>")


class Poison(StrEnum):
    """Why an order's receipt can never be made, or only alone."""

    NONE = "none"
    IMPOSSIBLE = "impossible"
    """The typesetter refuses it."""
    CRASHING = "crashing"
    """It takes its worker down."""
    HANGING = "hanging"
    """It never ends."""
    BUG = "bug"
    """An error that nobody thought of."""
    ENDLESS = "endless"
    """It takes too long to draw, also alone."""
    SLOW = "slow"
    """It takes too long to draw beside others. Alone, it can be drawn."""

    @property
    def is_fatal(self) -> bool:
        return self not in {Poison.NONE, Poison.SLOW}


@dataclass(frozen=True, slots=True)
class Posting:
    """A request's body, and the order in it as the table must keep it."""

    order_id: str
    body: str
    canonical: str


@lru_cache(4096)
def posting(order_id: str, variant: int = 0, poison: Poison = Poison.NONE, mailbox: str = "") -> Posting:
    """The order under this id; another variant is another order, if only by its e-mail address.

    Each order has a mailbox of its own, unless one is named.
    """
    name = f"{CANARY} {_NAMES[(sum(order_id.encode()) + variant // 2) % len(_NAMES)]} {variant // 2}"
    document: dict[str, object] = {"orderId": order_id, "customerName": name}
    if poison is not Poison.NONE:
        document["note"] = f"poison: {poison}"
    if variant % 2:
        document["customerEmail"] = f"{CANARY.lower()}.{mailbox or order_id}@example.com"
    canonical = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return Posting(order_id, json.dumps(document, ensure_ascii=False), canonical)


def poison_of(canonical: str) -> Poison:
    """What a row's body says of its poison."""
    _, found, rest = canonical.partition('"note":"poison: ')
    return Poison(rest.partition('"')[0]) if found else Poison.NONE
