"""The report of `make cost`: an order, what is kept of it, an idle month and the operators' page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cost import idle, keeping, page
from cost.bill import COLUMNS, Biller, Line
from cost.durations import Durations
from cost.idle import Monthly
from cost.life import play
from cost.page import Screen
from cost.prices import Prices
from cost.stack import WITH_MAIL, Stack

CASES = {"one at a time": 1, "ten at a time": 10}
"""How many orders arrive together. A quiet shop has single ones; a busy one has its batches full."""
OF_MAIL = frozenset({"send its e-mail", "count its e-mail"})
_NAME, _FIGURE = 23, 7


@dataclass(frozen=True, slots=True)
class Report:
    """`orders` are the bills for 1,000 orders with an e-mail each, by case; `kept` is a month's keeping of them."""

    prices: Prices
    orders: dict[str, list[Line]]
    kept: float
    months: list[Monthly]
    screens: list[Screen]

    @classmethod
    def of(cls, template: Path, region: str) -> "Report":
        prices, durations = Prices.read(region), Durations.read()
        biller = Biller(Stack.read(template, **WITH_MAIL), prices, durations)
        orders = {case: biller.lines(play(template, number, with_mail=True)) for case, number in CASES.items()}
        return cls(prices, orders, keeping.dollars(biller), idle.monthly(biller), page.screens(biller))

    def total(self, case: str, *, with_mail: bool) -> float:
        return sum(line.dollars for line in self.orders[case] if with_mail or line.name not in OF_MAIL)

    def parts(self, case: str) -> dict[str, float]:
        """Dollars by step and by what AWS charges for, as in `accept it, tables`."""
        return {
            f"{line.name}, {column}": round(line.column(column, self.prices), 6)
            for line in self.orders[case]
            for column in COLUMNS
            if line.column(column, self.prices)
        }

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield f"Dollars for 1,000 orders in {self.prices.region}, at the prices of {self.prices.date}."
        yield "Without free tiers and tax. An order has three items; it is shown and downloaded once."
        yield ""
        yield from self._orders("one at a time")
        yield ""
        yield from self._totals()
        yield f"{'to keep them for a month':<72}{self.kept:>8.4f}"
        yield ""
        yield from _monthly(self.months)
        yield ""
        yield "Cents an hour while somebody looks at the operators' page"
        yield from (f"  {screen.name:<70}{screen.dollars * 100:>8.1f}" for screen in self.screens)

    def _orders(self, case: str) -> Iterator[str]:
        lines = self.orders[case]
        yield f"{case:<{_NAME}}" + "".join(f"{column[:6]:>{_FIGURE}}" for column in COLUMNS)
        for line in lines:
            figures = (line.column(column, self.prices) for column in COLUMNS)
            yield f"{line.name:<{_NAME}}" + "".join(_figure(each) for each in figures)

    def _totals(self) -> Iterator[str]:
        yield f"{'all of it':<64}" + "".join(f"{'e-mail' if mail else 'no mail':>8}" for mail in (False, True))
        for case in CASES:
            totals = (self.total(case, with_mail=mail) for mail in (False, True))
            yield f"{case:<64}" + "".join(f"{each:>8.4f}" for each in totals)


def _figure(dollars: float) -> str:
    return f"{dollars:>{_FIGURE}.4f}" if round(dollars, 4) else f"{'':>{_FIGURE}}"


def _monthly(months: Sequence[Monthly]) -> Iterator[str]:
    yield "Dollars for a month without orders"
    for part in sorted(months, key=lambda each: each.condition):
        when = f" (if {part.condition})" if part.condition else ""
        yield f"  {part.name + when:<70}{part.dollars:>8.2f}"
    always = sum(part.dollars for part in months if not part.condition)
    yield f"  {'the parts without a condition':<70}{always:>8.2f}"
