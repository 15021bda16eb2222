"""What the simulated shops post: orders that one can tell apart, each name with a canary that no log may show."""

import json
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from tests.simulation import goods
from tests.support import oracle

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
    FICKLE = "fickle"
    """The typesetter takes a while, and refuses it now and then."""

    @property
    def is_fatal(self) -> bool:
        return self not in {Poison.NONE, Poison.SLOW, Poison.FICKLE}

    @property
    def may_fail(self) -> bool:
        return self.is_fatal or self is Poison.FICKLE


@dataclass(frozen=True, slots=True)
class Posting:
    """A request's body, and the order in it as the table must keep it; or one whose figures contradict each other."""

    order_id: str
    body: str
    canonical: str
    is_wrong: bool = False


@lru_cache(4096)
def posting(order_id: str, variant: int = 0, poison: Poison = Poison.NONE, mailbox: str = "", sold: int = 0) -> Posting:
    """The order under this id; another variant is another order, if only by its e-mail address.

    Each order has a mailbox of its own, unless one is named. `sold` is the number of its goods; 0 are none.
    """
    name = f"{CANARY} {_NAMES[(sum(order_id.encode()) + variant // 2) % len(_NAMES)]} {variant // 2}"
    document: dict[str, Any] = goods.goods(sold, CANARY) if sold else {}
    document = document | {"orderId": order_id, "customerName": name}
    if poison is not Poison.NONE:
        document["note"] = f"poison: {poison}"
    if variant % 2:
        document["customerEmail"] = f"{CANARY.lower()}.{mailbox or order_id}@example.com"
    kept = goods.canonical(document, document["currency"]) if sold else document
    canonical = json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return Posting(order_id, json.dumps(document, ensure_ascii=False), canonical)


@lru_cache(512)
def wrong_posting(order_id: str, sold: int) -> Posting:
    """An order that nobody may accept."""
    document = goods.contradiction(sold, CANARY) | {"orderId": order_id, "customerName": CANARY}
    return Posting(order_id, json.dumps(document), "", is_wrong=True)


@lru_cache(4096)
def figures(canonical: str) -> dict[str, Any] | None:
    """What the amounts of a row's body must be, by the oracle; `None` if it has none."""
    return oracle.totals(json.loads(canonical)) if '"currency":' in canonical else None


def poison_of(canonical: str) -> Poison:
    """What a row's body says of its poison."""
    _, found, rest = canonical.partition('"note":"poison: ')
    return Poison(rest.partition('"')[0]) if found else Poison.NONE
