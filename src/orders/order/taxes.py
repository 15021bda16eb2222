"""The taxes of an order: which ones a line or a charge bears, and what each of them comes to."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from orders.order import money
from orders.order.errors import WrongAmount
from orders.order.totals import STANDARD, TaxKey, TaxSum, TaxSums

if TYPE_CHECKING:
    from orders.order.parts import Taxed

MOST_TAXES = 600
"""Of all groups together, far more than any order has."""


class Levy(NamedTuple):
    """A tax that a line or a charge bears; `rate` in percent, as a decimal without needless zeros.

    A compound one is charged on the taxes before it, too.
    """

    category: str
    name: str | None
    rate: str
    compound: bool = False


Levies = tuple[Levy, ...]
"""All taxes of a line or a charge. Lines and charges with the same ones are a group."""


@dataclass(slots=True)
class Group:
    """`lines` is the sum of its lines, over which discounts are spread; `amount` has discounts and charges, too.

    `places` are those of its lines and charges, counted from 0: all lines of the order come before all charges.
    `shares` are what it contributes to each of its taxes.
    """

    lines: int = 0
    amount: int = 0
    places: list[int] = field(default_factory=list)
    shares: list["Share"] = field(default_factory=list)


class Share(NamedTuple):
    """The contribution of a group to one of its taxes, rounded by itself."""

    base: int
    amount: int


Groups = dict[Levies, Group]


def levies_of(part: "Taxed") -> Levies:
    """The taxes of a line or a charge; empty if it says nothing about tax."""
    if part.taxes:
        return tuple(Levy(STANDARD, tax.name, tax.rate, tax.compound) for tax in part.taxes)
    if part.tax_rate is None and part.tax_category is None:
        return ()
    return (Levy(part.tax_category or STANDARD, part.tax_name, part.tax_rate or "0"),)


def join(groups: Groups, levies: Levies, place: int, amount: int) -> Group:
    """Add the line or the charge at a place to the group of those that bear these taxes."""
    group = groups.get(levies)
    if group is None:
        group = groups[levies] = Group()
    group.amount += amount
    group.places.append(place)
    return group


def refuse_too_many(groups: Groups) -> None:
    """Each tax takes about 10 µs to compute."""
    if sum(map(len, groups)) > MOST_TAXES:
        raise WrongAmount("#/items", f"must not have more than {MOST_TAXES:,} different taxes")


def on_top(groups: Groups) -> TaxSums:
    """Rule 4: prices without tax. Each tax is rounded once, on the sum of all that bears it."""
    sums: TaxSums = {}
    for levies, group in groups.items():
        taxed = group.amount
        for levy in levies:
            base = taxed if levy.compound else group.amount
            amount = money.share(base, levy.rate)
            _contribute(sums, levy, group, Share(base, amount))
            taxed += amount
    for (_, _, rate), each in sums.items():
        each.amount = money.share(each.base, rate)
    return sums


def inside(groups: Groups) -> TaxSums:
    """Rule 5: prices that include tax. The split never changes the sum that includes tax."""
    sums: TaxSums = {}
    for levies, group in groups.items():
        adds = list(_adds(levies))
        rate = sum(adds, Fraction(0))
        exact = group.amount * rate / (1 + rate)
        tax = money.divided(exact.numerator, exact.denominator)
        base = group.amount - tax
        taxed = base
        for levy, amount in zip(levies, money.apportioned(tax, adds), strict=True):
            _contribute(sums, levy, group, Share(taxed if levy.compound else base, amount))
            taxed += amount
    return sums


def _contribute(sums: TaxSums, levy: Levy, group: Group, share: Share) -> None:
    group.shares.append(share)
    each = sums.setdefault(key_of(levy), TaxSum())
    each.base += share.base
    each.amount += share.amount
    each.parts += len(group.places)


def key_of(levy: Levy) -> TaxKey:
    return levy.category, levy.name, levy.rate


def _adds(levies: Levies) -> Iterator[Fraction]:
    """What each tax adds to an amount of 1."""
    before = Fraction(0)
    for levy in levies:
        adds = Fraction(levy.rate) / 100 * (1 + before if levy.compound else 1)
        before += adds
        yield adds


def combined(levies: Levies) -> Fraction:
    return sum(_adds(levies), Fraction(0))
