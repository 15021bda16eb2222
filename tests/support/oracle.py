"""The amounts of an order by the nine rules, a second time: in fractions, and without a line of the code under test.

It is written for reading beside the rules, not for speed. It takes the order as the shop posts it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

DECIMALS = {"JPY": 0, "KRW": 0, "KWD": 3, "TND": 3}
"""Of the currencies that do not have two."""

Document = dict[str, Any]


class Refused(Exception):
    """The amounts contradict each other."""


@dataclass(frozen=True)
class Tax:
    """One of the taxes that a line or a charge bears."""

    category: str
    name: str | None
    rate: Fraction
    compound: bool = False


Taxes = tuple[Tax, ...]


@dataclass
class Row:
    """A row of the table of taxes."""

    category: str
    name: str | None
    rate: Fraction | None
    base: int | None = 0
    amount: int = 0
    parts: int = 0


@dataclass
class Group:
    """All that bears the same taxes. `goods` is the sum of the lines, before what reduces the whole order."""

    taxes: Taxes
    goods: int = 0
    amount: int = 0
    parts: int = 0


@dataclass
class Amounts:
    """The amounts of an order, in minor units."""

    lines: list[int]
    discount: int = 0
    charges: int = 0
    rows: list[Row] = field(default_factory=list)
    net: int = 0
    total: int = 0
    rounding: int = 0
    paid: int = 0


def totals(order: Document) -> Document | None:
    """What the API must answer as `totals`.

    Raises:
        Refused: the amounts contradict each other.
    """
    if not (order.get("items") or order.get("charges")):
        return None
    return _document(amounts(order), decimals(order))


def amounts(order: Document) -> Amounts:
    """The amounts in minor units.

    Raises:
        Refused: they contradict each other.
    """
    lines = [_line(item, order) for item in order.get("items") or []]
    groups = _groups(order, lines)
    discount = _spread_discounts(order, lines, groups)
    charges = _add_charges(order, groups)
    whole = Amounts(lines, discount, charges)
    charged = sum(lines) - discount + charges
    includes = bool(order.get("pricesIncludeTax"))
    whole.rows = _rows_of_gross(groups) if includes else _rows_of_net(groups)
    _state(order, whole, charged, includes=includes)
    _settle(order, whole)
    return whole


# 1. Lines


def _line(item: Document, order: Document) -> int:
    line = rounded(Fraction(str(item["quantity"])) * Fraction(item["unitPrice"]) * 10 ** decimals(order))
    discount = item.get("discount") or {}
    if discount.get("percent") is not None:
        return line - rounded(line * Fraction(discount["percent"]) / 100)
    reduction = minor(discount.get("amount"), order)
    if "amount" in discount and line < 0:
        raise Refused("an amount off a negative line")
    if reduction > line and reduction:
        raise Refused("a discount larger than its line")
    return line - reduction


# 2. Discounts of the whole order


def _groups(order: Document, lines: Sequence[int]) -> dict[Taxes, Group]:
    groups: dict[Taxes, Group] = {}
    for item, line in zip(order.get("items") or [], lines, strict=True):
        group = groups.setdefault(_taxes(item), Group(_taxes(item)))
        group.goods += line
        group.amount += line
        group.parts += 1
    return groups


def _spread_discounts(order: Document, lines: Sequence[int], groups: dict[Taxes, Group]) -> int:
    discounts = order.get("discounts") or []
    reductions = [_reduction(discount, sum(lines), order) for discount in discounts]
    if discounts and (sum(reductions) > sum(lines) or sum(lines) < 0):
        raise Refused("discounts larger than the lines")
    of_rate = Counter[str]()
    for discount, reduction in zip(discounts, reductions, strict=True):
        rate = discount.get("taxRate")
        among = [group for group in groups.values() if rate is None or _has_rate(group, Fraction(rate))]
        of_rate[rate] += reduction
        if of_rate[rate] > sum(group.goods for group in among if group.goods > 0):
            raise Refused("discounts larger than the lines of their rate")
        if not among:
            raise Refused("no line has the rate of the discount")
        _take_off(reduction, among)
    return sum(reductions)


def _reduction(discount: Document, lines: int, order: Document) -> int:
    if discount.get("percent") is not None:
        return rounded(lines * Fraction(discount["percent"]) / 100)
    return minor(discount.get("amount"), order)


def _has_rate(group: Group, rate: Fraction) -> bool:
    return [tax.rate for tax in group.taxes] == [rate]


def _take_off(reduction: int, among: Iterable[Group]) -> None:
    positive = [group for group in among if group.goods > 0]
    in_turn = sorted(positive, key=lambda group: combined_rate(group.taxes))
    for group, part in zip(in_turn, shares(reduction, [group.goods for group in in_turn]), strict=True):
        group.amount -= part


# 3. Charges


def _add_charges(order: Document, groups: dict[Taxes, Group]) -> int:
    whole = 0
    for charge in order.get("charges") or []:
        group = groups.setdefault(_taxes(charge), Group(_taxes(charge)))
        amount = minor(charge["amount"], order)
        group.amount += amount
        group.parts += 1
        whole += amount
    return whole


# 4. Tax on net prices


def _rows_of_net(groups: dict[Taxes, Group]) -> list[Row]:
    rows: dict[tuple[str, str | None, Fraction], Row] = {}
    for group in groups.values():
        before = 0
        for tax in group.taxes:
            base = group.amount + (before if tax.compound else 0)
            before += rounded(base * tax.rate / 100)
            row = _row(rows, tax)
            row.base = (row.base or 0) + base
            row.parts += group.parts
    for row in rows.values():
        row.amount = rounded(Fraction(row.base or 0) * (row.rate or 0) / 100)
    return _in_order(rows.values())


# 5. Tax that prices include


def _rows_of_gross(groups: dict[Taxes, Group]) -> list[Row]:
    rows: dict[tuple[str, str | None, Fraction], Row] = {}
    for group in groups.values():
        rate = combined_rate(group.taxes)
        inside = rounded(group.amount * rate / (100 + rate))
        base = group.amount - inside
        before = 0
        for tax, part in zip(group.taxes, shares(inside, added_rates(group.taxes)), strict=True):
            row = _row(rows, tax)
            row.base = (row.base or 0) + base + (before if tax.compound else 0)
            row.amount += part
            row.parts += group.parts
            before += part
    return _in_order(rows.values())


# 6. Stated figures


def _state(order: Document, whole: Amounts, charged: int, *, includes: bool) -> None:
    stated, total = order.get("taxes") or [], order.get("total")
    computed = charged if includes else charged + sum(row.amount for row in whole.rows)
    if stated and not whole.rows:
        whole.rows = _in_order(_as_stated(tax, order) for tax in stated)
        if includes and sum(row.amount for row in whole.rows) > charged:
            raise Refused("more tax than the prices that include it")
    elif stated:
        _match(stated, whole.rows, order, includes=includes)
    elif total is not None and (difference := minor(total, order) - computed):
        _give_to_the_largest(difference, whole.rows, includes=includes)
    tax = sum(row.amount for row in whole.rows)
    whole.total = charged if includes else charged + tax
    whole.net = whole.total - tax
    if total is not None and minor(total, order) != whole.total:
        raise Refused("net and taxes are not the total")


def _as_stated(tax: Document, order: Document) -> Row:
    rate = Fraction(tax["rate"]) if tax.get("rate") is not None else None
    base = minor(tax["base"], order) if tax.get("base") is not None else None
    return Row("S", tax.get("name"), rate, base, minor(tax["amount"], order))


def _match(stated: list[Document], rows: list[Row], order: Document, *, includes: bool) -> None:
    """Each stated tax takes the place of ours. Only taxes that come to nothing may be left out."""
    left = list(rows)
    for tax in stated:
        found = [row for row in left if _is(tax, row)]
        if not found:
            raise Refused("a tax that no line has")
        base = minor(tax["base"], order) if tax.get("base") is not None else None
        nearest = min(found, key=lambda row: 0 if base is None else abs((row.base or 0) - base))
        left.remove(nearest)
        _put(minor(tax["amount"], order), base, nearest, includes=includes)
    if any(row.amount for row in left):
        raise Refused("a tax is missing")


def _is(tax: Document, row: Row) -> bool:
    return tax.get("rate") is not None and Fraction(tax["rate"]) == row.rate and tax.get("name") == row.name


def _put(amount: int, base: int | None, row: Row, *, includes: bool) -> None:
    """Print these figures, where they are within a minor unit of ours for each line and charge."""
    ours = row.base or 0
    if base is None:
        base = ours + row.amount - amount if includes else ours
    if max(abs(amount - row.amount), abs(base - ours)) > row.parts:
        raise Refused("a tax that is too far from ours")
    row.amount, row.base = amount, base


def _give_to_the_largest(difference: int, rows: list[Row], *, includes: bool) -> None:
    if includes or not any(row.rate for row in rows):
        raise Refused("the total is not the sum of the lines")
    largest = max((row for row in rows if row.rate), key=lambda row: row.amount)
    _put(largest.amount + difference, None, largest, includes=includes)


# 7, 8 and 9. What is to be paid


def _settle(order: Document, whole: Amounts) -> None:
    if whole.total < 0:
        raise Refused("a total below zero")
    whole.rounding = minor(order.get("rounding"), order)
    if abs(whole.rounding) > Fraction(max(whole.total, 500), 100):
        raise Refused("a rounding that is too large")
    if whole.total + whole.rounding < 0:
        raise Refused("a payable amount below zero")
    whole.paid = sum(minor(payment["amount"], order) for payment in order.get("payments") or [])


# Numbers


def rounded(number: Fraction) -> int:
    """Half up, away from zero."""
    whole = int(abs(number) + Fraction(1, 2))
    return -whole if number < 0 else whole


def shares(whole: int, weights: Sequence[Fraction | int]) -> list[int]:
    """`whole` in proportion to the weights, by largest remainder; of equal remainders the first comes first."""
    sum_of_weights = sum(weights)
    if not sum_of_weights:
        return [0 for _ in weights]
    exact = [Fraction(abs(whole)) * weight / sum_of_weights for weight in weights]
    parts = [int(part) for part in exact]
    by_remainder = sorted(range(len(parts)), key=lambda place: parts[place] - exact[place])
    for place in by_remainder[: abs(whole) - sum(parts)]:
        parts[place] += 1
    return [-part if whole < 0 else part for part in parts]


def combined_rate(taxes: Taxes) -> Fraction:
    """All taxes together, in percent of the amount without tax."""
    return sum(added_rates(taxes), Fraction(0))


def added_rates(taxes: Taxes) -> list[Fraction]:
    """What each tax adds, in percent of the amount without tax."""
    added: list[Fraction] = []
    for tax in taxes:
        added.append(tax.rate * (100 + sum(added)) / 100 if tax.compound else tax.rate)
    return added


def _taxes(part: Document) -> Taxes:
    if part.get("taxes"):
        return tuple(Tax("S", tax["name"], Fraction(tax["rate"]), bool(tax.get("compound"))) for tax in part["taxes"])
    if part.get("taxRate") is None and part.get("taxCategory") is None:
        return ()
    return (Tax(part.get("taxCategory") or "S", part.get("taxName"), Fraction(part.get("taxRate") or 0)),)


def _row(rows: dict[tuple[str, str | None, Fraction], Row], tax: Tax) -> Row:
    return rows.setdefault((tax.category, tax.name, tax.rate), Row(tax.category, tax.name, tax.rate))


def _in_order(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (-1 if row.rate is None else row.rate, row.name or "", row.category))


def decimals(order: Document) -> int:
    return DECIMALS.get(order["currency"], 2)


def minor(amount: str | None, order: Document) -> int:
    return int(Fraction(amount or 0) * 10 ** decimals(order))


# The answer


def _document(whole: Amounts, decimals: int) -> Document:
    def text(minor: int) -> str:
        sign, digits = "-" * (minor < 0), str(abs(minor)).rjust(decimals + 1, "0")
        return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}" if decimals else f"{sign}{digits}"

    payable = whole.total + whole.rounding
    figures = {
        "discount": whole.discount, "charges": whole.charges, "net": whole.net, "tax": whole.total - whole.net,
        "total": whole.total, "rounding": whole.rounding, "payable": payable, "paid": whole.paid,
        "due": payable - whole.paid,
    }  # fmt: skip
    return {name: text(minor) for name, minor in figures.items()} | {
        "lines": [text(line) for line in whole.lines],
        "taxes": [
            {
                "name": row.name,
                "rate": None if row.rate is None else plain(row.rate),
                "category": row.category,
                "base": None if row.base is None else text(row.base),
                "amount": text(row.amount),
            }
            for row in whole.rows
        ],
    }


def plain(rate: Fraction | None) -> str:
    millionths = str(int((rate or 0) * 10**6)).rjust(7, "0")
    return f"{millionths[:-6]}.{millionths[-6:]}".rstrip("0").rstrip(".")
