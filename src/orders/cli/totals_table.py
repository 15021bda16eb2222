"""Prints what an order comes to: its lines, its taxes and its totals, all of them as the server computed them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.text import Text

from orders.cli.submitting import item
from orders.cli.terminal import plain

_INDENT = "  "
_GAP = "  "
_SHORTEST_NAME = 12


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table. In a narrow terminal `name` is cut, and `detail` is not.

    `amount` is a decimal with all of the currency's decimals.
    """

    name: str
    amount: str
    style: str = ""
    detail: str = ""


def show(order: Mapping[str, Any], totals: Mapping[str, Any], out: Console) -> None:
    """The figures of an order, aligned by the decimal point."""
    rows = list(_rows(order, totals))
    amounts = max(len(row.amount) for row in rows)
    room = out.width - len(_INDENT + _GAP) - amounts
    labels = [_label(row, room) for row in rows]
    width = max(label.cell_len for label in labels)
    for row, label in zip(rows, labels, strict=True):
        label.align("left", width)
        out.print(Text.assemble(_INDENT, label, _GAP, (f"{row.amount:>{amounts}}", row.style)), soft_wrap=True)


def _label(row: Row, room: int) -> Text:
    detail = Text(plain(row.detail))
    name = Text(plain(row.name))
    name.truncate(max(_SHORTEST_NAME, room - detail.cell_len), overflow="ellipsis")
    label = Text.assemble(name, detail, style=row.style)
    label.truncate(room, overflow="ellipsis")
    return label


def _rows(order: Mapping[str, Any], totals: Mapping[str, Any]) -> Iterator[Row]:
    for each, amount in zip(order.get("items", ()), totals["lines"], strict=True):
        name, detail = item.written(each)
        yield Row(name, plain(amount), detail=detail)
    yield from _reductions_and_charges(order, totals)
    if totals["taxes"] and not order.get("pricesIncludeTax"):
        yield Row("net", plain(totals["net"]), "dim")
    labels = _tax_labels(totals["taxes"], "incl. " if order.get("pricesIncludeTax") else "")
    for label, tax in zip(labels, totals["taxes"], strict=True):
        yield Row(label, plain(tax["amount"]), "dim")
    yield Row(f"total {order['currency']}", plain(totals["total"]), "bold")
    yield from _settlement(order, totals)


def _reductions_and_charges(order: Mapping[str, Any], totals: Mapping[str, Any]) -> Iterator[Row]:
    if discounts := order.get("discounts"):
        yield Row(_names(discounts), f"-{plain(totals['discount'])}")
    if charges := order.get("charges"):
        yield Row(_names(charges), plain(totals["charges"]))


def _settlement(order: Mapping[str, Any], totals: Mapping[str, Any]) -> Iterator[Row]:
    """What was rounded, what was paid, and what is left to pay or to give back."""
    if order.get("rounding"):
        yield Row("rounding", plain(totals["rounding"]), "dim")
        yield Row("payable", plain(totals["payable"]), "bold")
    if payments := order.get("payments"):
        yield Row(f"paid by {', '.join(map(_payment, payments))}", plain(totals["paid"]))
        due = plain(totals["due"])
        yield Row("change", due[1:]) if due.startswith("-") else Row("due", due, "bold")


def _names(parts: Sequence[Mapping[str, Any]]) -> str:
    return ", ".join(part["name"] for part in parts)


def _payment(payment: Mapping[str, Any]) -> str:
    last_four = f"•••• {payment['last4']}" if payment.get("last4") else ""
    return " ".join(filter(None, [payment["method"], payment.get("label"), last_four]))


def _tax_labels(taxes: Sequence[Mapping[str, Any]], prefix: str) -> list[str]:
    """Name, rate and base of each tax, in columns."""
    names = [
        prefix + (tax["name"] or "tax") + ("" if tax["category"] == "S" else f" ({tax['category']})") for tax in taxes
    ]
    rates = _by_point([tax["rate"] for tax in taxes], "%")
    bases = _by_point([tax["base"] for tax in taxes], "")
    width = max((Text(name).cell_len for name in names), default=0)
    return [
        f"{name}{' ' * (width - Text(name).cell_len)} {rate}{' of ' if tax['base'] else ''}{base}".rstrip()
        for name, rate, base, tax in zip(names, rates, bases, taxes, strict=True)
    ]


def _by_point(numbers: Sequence[str | None], unit: str) -> list[str]:
    """The numbers with a unit after each one, their decimal points below each other; blanks if there is no number."""
    wholes = [(number or "").partition(".")[0] for number in numbers]
    rests = [f"{number[len(whole) :]}{unit}" if number else "" for number, whole in zip(numbers, wholes, strict=True)]
    before, after = max(map(len, wholes), default=0), max(map(len, rests), default=0)
    return [f"{whole:>{before}}{rest:<{after}}" for whole, rest in zip(wholes, rests, strict=True)]
