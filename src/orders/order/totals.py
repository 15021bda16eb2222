"""The amounts of an order, in whole minor units of its currency."""

from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

STANDARD = "S"
"""The tax category of everything that names no other one (UNCL 5305)."""

TaxKey = tuple[str, str | None, str]
"""Category, name and rate, a decimal without needless zeros: one tax of the lines and charges."""


@dataclass(frozen=True, slots=True)
class Tax:
    """A row in the table of taxes; `rate` in percent.

    If the shop states the tax of the whole order, and no line says anything about tax, rate and base may be unknown.
    `key` is the tax of the lines and charges that the row sums up; a stated tax may have another name.
    """

    name: str | None
    rate: Decimal | None
    category: str
    base: int | None
    amount: int
    key: TaxKey | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Totals:
    """`lines` are after their own discounts, which are in `line_discounts`; `taxes` are in rising order of rate."""

    lines: tuple[int, ...]
    line_discounts: tuple[int, ...]
    discounts: tuple[int, ...]
    charges: tuple[int, ...]
    net: int
    taxes: tuple[Tax, ...]
    total: int
    rounding: int = 0
    payments: tuple[int, ...] = ()

    @cached_property
    def subtotal(self) -> int:
        return sum(self.lines)

    @cached_property
    def tax(self) -> int:
        return sum(tax.amount for tax in self.taxes)

    @property
    def payable(self) -> int:
        return self.total + self.rounding

    @property
    def paid(self) -> int:
        return sum(self.payments)

    @property
    def due(self) -> int:
        """Below zero if more was paid than is payable: the change."""
        return self.payable - self.paid


@dataclass(slots=True)
class TaxSum:
    """What one tax of an order comes to. `parts` is the number of lines and charges that bear it."""

    base: int = 0
    amount: int = 0
    parts: int = 0


TaxSums = dict[TaxKey, TaxSum]


def in_order(taxes: list[Tax]) -> tuple[Tax, ...]:
    """By rate, then by name, then by category; what is unknown comes first."""
    return tuple(sorted(taxes, key=lambda tax: (tax.rate or Decimal(-1), tax.name or "", tax.category)))
