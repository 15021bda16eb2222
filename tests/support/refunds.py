"""Refunds by chance, of what remains of an order: right ones, and ones that are just too much."""

from random import Random
from typing import Any

from orders.order import money
from orders.order.figures import Remaining
from orders.order.posted import PostedOrder

Document = dict[str, Any]


def refund(chance: Random, order: PostedOrder, remains: Remaining) -> Document:
    """A refund by line, quantity or amount, with one or several lines, or of the order by amount."""
    kind = chance.randrange(10)
    if kind < 4:
        return {"refundId": "r", "amount": _amount(chance, order, remains["payable"])}
    places = [("item", number) for number in range(len(order.items))]
    places += [("charge", number) for number in range(len(order.charges))]
    chosen = chance.sample(places, 1 if kind < 8 else chance.randint(1, len(places)))
    return {"refundId": "r", "lines": [_line(chance, order, remains, *place) for place in chosen]}


def _line(chance: Random, order: PostedOrder, remains: Remaining, name: str, number: int) -> Document:
    line: Document = {name: number + 1}
    kind = chance.randrange(3)
    if kind == 1:
        amounts = remains["lines"] if name == "item" else remains["charges"]
        return line | {"amount": _amount(chance, order, amounts[number])}
    if kind == 2 and name == "item":
        return line | {"quantity": _quantity(chance, remains["quantities"][number])}
    return line


def _amount(chance: Random, order: PostedOrder, remains: str) -> str:
    currency = order.currency or ""
    return money.text(_near(chance, abs(money.to_minor(remains, currency))), currency)


def _quantity(chance: Random, remains: str) -> str:
    millionths = abs(money.to_millionths(remains))
    whole = millionths // 1_000_000
    if whole and chance.randrange(2):
        return str(_near(chance, whole))
    return money.from_millionths(_near(chance, millionths))


def _near(chance: Random, most: int) -> int:
    """Some of it, nearly all, all, or a little more; at least 1."""
    some = chance.randint(1, max(1, most))
    return max(1, chance.choice((1, 2, some, some, some, most // 2, most - 1, most, most, most + 1)))
