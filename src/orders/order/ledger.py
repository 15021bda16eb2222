"""An order by part and by group, so that each of its amounts can be credited once and adds up to the order again."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orders.order import money, taxes
from orders.order.taken import Part, Share, Taken
from orders.order.totals import Tax, TaxKey

if TYPE_CHECKING:
    from orders.order.amounts import Amounts
    from orders.order.posted import PostedOrder


@dataclass(frozen=True, slots=True)
class Group:
    """`places` are those of its parts; `rows` those of its taxes in the order's table of taxes.

    `has_net_base` says for each tax whether its base is what the group comes to without tax.
    """

    places: tuple[int, ...]
    rows: tuple[int, ...]
    has_net_base: tuple[bool, ...]


@dataclass(frozen=True)
class Ledger:
    """`whole` is everything that was charged; `lines` the number of line items, `parts` that of lines and charges."""

    currency: str
    is_gross: bool
    lines: int
    parts: int
    groups: tuple[Group, ...]
    rows: tuple[Tax, ...]
    whole: Taken

    @staticmethod
    def of(posted: "PostedOrder") -> "Ledger | None":
        """`None` if nothing in the order has a price."""
        amounts, currency, is_gross = posted.amounts, posted.currency, posted.prices_include_tax
        if amounts is None or currency is None:
            return None
        totals, rows = amounts.totals, _rows(amounts)
        shares = _shares(amounts, rows, is_gross=is_gross)
        groups = list[Group]()
        for group, of_group, share in zip(amounts.groups.values(), rows, shares, strict=True):
            net = group.amount - sum(share.taxes) * is_gross
            known = [totals.taxes[row].base is not None for row in of_group]
            has_net_base = tuple(is_known and base == net for is_known, base in zip(known, share.bases, strict=True))
            groups.append(Group(tuple(group.places), of_group, has_net_base))
        parts = _parts(posted, amounts)
        whole = Taken.of(enumerate(parts), enumerate(shares), totals.rounding)
        return Ledger(currency, is_gross, len(totals.lines), len(parts), tuple(groups), totals.taxes, whole)

    def share(self, group: int, of: Taken) -> Share:
        """The share of a group in each of its taxes."""
        nothing = (0,) * len(self.groups[group].rows)
        return of.shares.get(group) or Share(nothing, nothing)

    def charged(self, group: int, of: Taken) -> int:
        """The sum of the parts of a group, in the prices of the order, after the discounts of the whole order."""
        return sum(of.part(place).charged for place in self.groups[group].places)

    def given_back(self, group: int, of: Taken) -> int:
        """The amount of a group with tax."""
        charged = self.charged(group, of)
        return charged if self.is_gross else charged + sum(self.share(group, of).taxes)

    def total(self, of: Taken) -> int:
        charged = sum(part.charged for part in of.parts.values())
        return charged if self.is_gross else charged + self.tax(of)

    def payable(self, of: Taken) -> int:
        return self.total(of) + of.rounding

    def tax(self, of: Taken) -> int:
        return sum(sum(share.taxes) for share in of.shares.values())

    def taxes(self, of: Taken) -> list[tuple[int, int]]:
        """Amount and base of each row of the table of taxes; 0 where the base is unknown."""
        amounts, bases = [0] * len(self.rows), [0] * len(self.rows)
        for number, share in of.shares.items():
            for row, amount, base in zip(self.groups[number].rows, share.taxes, share.bases, strict=True):
                amounts[row] += amount
                bases[row] += base
        return list(zip(amounts, bases, strict=True))


def _rows(amounts: "Amounts") -> list[tuple[int, ...]]:
    """The rows of the taxes of each group. Taxes that no line and no charge knows belong to the group of everything."""
    row_of: dict[TaxKey | None, int] = {tax.key: row for row, tax in enumerate(amounts.totals.taxes)}
    if None in row_of:
        return [tuple(range(len(amounts.totals.taxes)))]
    return [tuple(row_of[taxes.key_of(levy)] for levy in levies) for levies in amounts.groups]


def _shares(amounts: "Amounts", rows: Sequence[tuple[int, ...]], *, is_gross: bool) -> list[Share]:
    """The share of each group in each of its taxes. The shares add up to the table of taxes exactly."""
    groups, found = list(amounts.groups.values()), [dict[int, tuple[int, int]]() for _ in rows]
    for row, members in _members(rows).items():
        ours = [groups[group].shares[place] if groups[group].shares else _UNKNOWN for group, place in members]
        tax, bases, computed = amounts.totals.taxes[row], [one.base for one in ours], [one.amount for one in ours]
        tax_of = _divided(tax.amount, computed, computed if is_gross else bases)
        base_of = _divided(tax.base or 0, bases, bases)
        for (group, _), of_group in zip(members, zip(tax_of, base_of, strict=True), strict=True):
            found[group][row] = of_group
    return [
        Share(tuple(each[row][0] for row in of_group), tuple(each[row][1] for row in of_group))
        for each, of_group in zip(found, rows, strict=True)
    ]


_UNKNOWN = taxes.Share(0, 0)
"""The share of the group of everything in a tax that only the shop states."""


def _members(rows: Sequence[tuple[int, ...]]) -> dict[int, list[tuple[int, int]]]:
    """By row of the table of taxes: the groups that bear it, and the place it has among their taxes."""
    members: dict[int, list[tuple[int, int]]] = {}
    for group, of_group in enumerate(rows):
        for place, row in enumerate(of_group):
            members.setdefault(row, []).append((group, place))
    return members


def _divided(total: int, ours: Sequence[int], weights: Sequence[int]) -> list[int]:
    """A total over the groups to which the weights belong. `ours` is what we compute for each, nearly the total."""
    if any(weights) and (min(weights) >= 0 or max(weights) <= 0):
        return money.apportioned(total, weights)
    sizes = [abs(weight) for weight in weights] if any(weights) else [1] * len(weights)
    return [one + more for one, more in zip(ours, money.apportioned(total - sum(ours), sizes), strict=True)]


def _parts(posted: "PostedOrder", amounts: "Amounts") -> list[Part]:
    """Each line and charge with its share of the discounts, which a group spreads over its lines."""
    totals = amounts.totals
    lines, of_all = len(totals.lines), [*totals.lines, *totals.charges]
    discount_of = dict[int, int]()
    for group in amounts.groups.values():
        places = [place for place in group.places if place < lines]
        discount = sum(of_all[place] for place in group.places) - group.amount
        discount_of.update(zip(places, money.apportioned(discount, [of_all[place] for place in places]), strict=True))
    quantities = [money.to_millionths(item.quantity) for item in posted.items] + [0] * len(totals.charges)
    return [
        Part(amount, discount_of.get(place, 0), quantity)
        for place, (amount, quantity) in enumerate(zip(of_all, quantities, strict=True))
    ]
