"""The amounts of a document by tax: rows whose gross amounts add up to the document's total."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from orders.order import money
from orders.order.credit import Credit
from orders.order.ledger import Ledger
from orders.order.totals import Tax


@dataclass(frozen=True, slots=True)
class ByTax:
    """In whole minor units. `tax` is None for what bears no tax at all.

    `gross` is the tax with what it is charged on. Where several taxes are charged on the same goods, only the first one
    has the goods in its `gross`.
    """

    tax: Tax | None
    gross: int


def of_receipt(ledger: Ledger) -> list[ByTax]:
    charged = [ledger.charged(number, ledger.whole) for number in range(len(ledger.groups))]
    return list(_by_tax(ledger, charged, ledger.rows))


def of_credit(ledger: Ledger, credit: Credit) -> list[ByTax]:
    """The same for a credit of the order that the ledger is of. The amounts are positive."""
    part = {line.place: line.amount - line.discount for line in credit.lines}
    part |= {ledger.lines + charge.place: charge.amount - charge.discount for charge in credit.charges}
    charged = [sum(part.get(place, 0) for place in group.places) for group in ledger.groups]
    return list(_by_tax(ledger, charged, _aligned(ledger.rows, credit.taxes)))


def _aligned(rows: Sequence[Tax], credited: Sequence[Tax]) -> list[Tax | None]:
    """The credited taxes at their places in the order's table of taxes. Both have the same order."""
    left = list(credited)
    return [left.pop(0) if left and _key(left[0]) == _key(row) else None for row in rows]


def _key(tax: Tax) -> tuple[object, ...]:
    return tax.name, tax.rate, tax.category


def _by_tax(ledger: Ledger, charged: Sequence[int], taxes: Sequence[Tax | None]) -> Iterator[ByTax]:
    """`charged` is what each group comes to in the prices of the order."""
    tax_of = _by_group(ledger, charged, taxes)
    gross, untaxed = [0] * len(taxes), 0
    for group, amount, ours in zip(ledger.groups, charged, tax_of, strict=True):
        if not group.rows:
            untaxed += amount
            continue
        first, *others = group.rows
        gross[first] += (amount if ledger.is_gross else amount + sum(ours)) - sum(ours[1:])
        for row, tax in zip(others, ours[1:], strict=True):
            gross[row] += tax
    for row, tax_row in enumerate(taxes):
        if tax_row or gross[row]:
            yield ByTax(tax_row or _nothing(ledger.rows[row]), gross[row])
    if untaxed or not any(taxes):
        yield ByTax(None, untaxed)


def _by_group(ledger: Ledger, charged: Sequence[int], taxes: Sequence[Tax | None]) -> list[list[int]]:
    """The share of each group in each of its taxes, in proportion to its amount."""
    found = [[0] * len(group.rows) for group in ledger.groups]
    for row, tax in enumerate(taxes):
        members = [(number, group.rows.index(row)) for number, group in enumerate(ledger.groups) if row in group.rows]
        weights = [abs(charged[number]) for number, _ in members]
        parts = money.apportioned(tax.amount if tax else 0, weights if any(weights) else [1] * len(members))
        for (number, place), part in zip(members, parts, strict=True):
            found[number][place] = part
    return found


def _nothing(row: Tax) -> Tax:
    return Tax(row.name, row.rate, row.category, None if row.base is None else 0, 0)
