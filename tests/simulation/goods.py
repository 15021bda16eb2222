"""What the simulated orders sell: some of everything that an order can say, and figures that contradict each other."""

from decimal import Decimal
from functools import lru_cache
from itertools import count
from random import Random
from typing import Any

from tests.simulation.baskets import BASKETS, FIRST_BASKET
from tests.support import oracle
from tests.support.sales import Document, sale

_AMOUNTS, _PERCENTAGES = {"amount", "base", "total", "rounding"}, {"percent", "rate", "taxRate"}
_STATED = {"total", "taxes", "pricesIncludeTax"}


@lru_cache(512)
def goods(number: int, canary: str) -> Document:
    """What a shop sells, with everything around it; another one for each number. Its figures agree.

    From `FIRST_BASKET` on, it is one of the baskets from which one gives back.
    """
    if number >= FIRST_BASKET:
        return BASKETS[number - FIRST_BASKET]
    sold = next(each for trial in count() if _comes_to(each := sale(Random(f"goods {number} {trial}"))))
    about = {
        "orderNumber": f"#{number}",
        "placedAt": "2026-11-22T19:30:00+01:00",
        "customerCompany": f"{canary} & Sons",
        "customerTaxId": "DE123456789",
        "customerAddress": {"lines": [f"{canary} Street 1"], "city": "Berlin", "country": "DE"},
        "deliveryAddress": {"name": canary, "postalCode": "10115", "city": "Berlin"},
        "taxExemptionReason": "Reverse charge",
        "metadata": {"channel": "web"},
    }
    chance = Random(number)
    return sold | {name: value for name, value in about.items() if chance.randrange(2)}


def contradiction(number: int, canary: str) -> Document:
    """Goods whose total is stated a hundred units away from what they come to."""
    candidates = (goods(number + trial, canary) for trial in count())
    sold = next(each for each in candidates if not each.keys() & _STATED and _has_tax(each))
    total = Decimal(oracle.totals(sold)["total"])  # type: ignore[index]
    return sold | {"total": f"{total + 100}"}


def _has_tax(sold: Document) -> bool:
    return any(row.rate for row in oracle.amounts(sold).rows)


def _comes_to(sold: Document) -> Document | None:
    try:
        return oracle.totals(sold)
    except oracle.Refused:
        return None


def canonical(value: Any, currency: str, name: str = "") -> Any:
    """The form in which an order is kept, or a part of it: no field that says nothing, each number in one spelling."""
    if isinstance(value, dict):
        kept = {each: canonical(held, currency, each) for each, held in value.items() if not _is_default(each, held)}
        return {each: held for each, held in kept.items() if held not in (None, False, "", [], {})}
    if isinstance(value, list):
        return [canonical(each, currency) for each in value]
    if name in _AMOUNTS | {"unitPrice"}:
        return _spelled(value, oracle.decimals({"currency": currency}))
    if name in _PERCENTAGES:
        return _spelled(value)
    if name == "quantity":
        return int(spelled) if "." not in (spelled := _spelled(value)) else spelled
    return "2026-11-22T18:30:00.000Z" if name == "placedAt" else value


def _is_default(name: str, value: Any) -> bool:
    return (name == "taxCategory" and value == "S") or (name == "rounding" and value is not None and not Decimal(value))


def _spelled(number: Any, decimals: int = 0) -> str:
    """Without needless zeros, and with so many decimals at least."""
    whole, _, fraction = f"{Decimal(str(number)):f}".partition(".")
    fraction = fraction.rstrip("0").ljust(decimals, "0")
    return f"{whole}.{fraction}" if fraction else whole
