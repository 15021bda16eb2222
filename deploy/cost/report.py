"""The report of `make cost`: an order, what is kept of it, an idle month and the operators' page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cost import idle, keeping, numbers, page, webhooks
from cost.bill import COLUMNS, Biller, Line, added, less
from cost.durations import Durations
from cost.functions import Functions
from cost.idle import Monthly
from cost.life import play
from cost.page import Screen
from cost.prices import REGION, Prices
from cost.stack import WITH_MAIL, Stack

CASES = {"one at a time": 1, "ten at a time": 10}
"""How many orders arrive together. A quiet shop has single ones; a busy one has its batches full."""
E_MAIL = "what its e-mail adds"
WIDTH = 80
_NAME, _FIGURE = 23, 7


@dataclass(frozen=True, slots=True)
class Report:
    """`orders` are the bills for 1,000 orders by case, with a line for what an e-mail adds. `kept` is for a month.

    `numbers` is what numbers add for 1,000 orders, by case, and `delivered` is for 1,000 events to a webhook endpoint.
    """

    prices: Prices
    orders: dict[str, list[Line]]
    numbers: dict[str, float]
    delivered: float
    kept: float
    months: list[Monthly]
    screens: list[Screen]

    @classmethod
    def of(cls, template: Path, region: str = REGION) -> "Report":
        biller = Biller(Stack.read(template, **WITH_MAIL), Prices.read(region), Durations.read())
        functions, without_mail = Functions(biller.stack), Functions(replace(biller.stack, values={}))
        orders = bills(biller, functions, without_mail)
        return cls(
            biller.prices,
            orders,
            numbers.dollars(biller, without_mail, CASES),
            webhooks.dollars(biller, Functions(without_mail.stack)),
            keeping.dollars(biller, functions),
            idle.monthly(biller, functions),
            page.screens(biller, functions),
        )

    def total(self, case: str, *, with_mail: bool) -> float:
        return sum(line.dollars for line in self.orders[case] if with_mail or line.name != E_MAIL)

    def parts(self, case: str) -> dict[str, float]:
        """Dollars by step and by what AWS charges for, as in `accept it, tables`."""
        return {
            f"{line.name}, {column}": round(dollars, 6)
            for line in self.orders[case]
            for column in COLUMNS
            if (dollars := line.column(column, self.prices))
        }

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield f"Dollars for 1,000 orders, {self.prices.region}, prices of {self.prices.date}"
        yield ""
        yield from self._orders("one at a time")
        yield ""
        yield f"{'all of it':<64}{'no mail':>8}{'e-mail':>8}"
        yield from (_row(case, self.total(case, with_mail=False), self.total(case, with_mail=True)) for case in CASES)
        yield from (_row(f"what numbers add, {case}", dollars) for case, dollars in self.numbers.items())
        yield _row("1,000 events to a webhook endpoint, one at a time", self.delivered)
        yield _row("to keep them for a month", self.kept)
        yield ""
        yield "Dollars for a month without orders"
        yield from _monthly(self.months)
        yield ""
        yield "Cents an hour while somebody looks at the operators' page"
        yield from (_row(f"  {screen.name}", screen.dollars * 100, decimals=1) for screen in self.screens)

    def _orders(self, case: str) -> Iterator[str]:
        yield f"{case:<{_NAME}}" + "".join(f"{column:>{_FIGURE}}" for column in COLUMNS)
        for line in self.orders[case]:
            figures = (_figure(line.column(column, self.prices)) for column in COLUMNS)
            yield f"{line.name:<{_NAME}}{''.join(figures)}".rstrip()


def bills(biller: Biller, with_mail: Functions, without_mail: Functions) -> dict[str, list[Line]]:
    """For 1,000 orders by case. The last line of each is what an e-mail adds."""
    found = {}
    for each in (without_mail, with_mail):
        play(each, 1)  # the first order also begins the event feed
    for case, orders in CASES.items():
        lines, mailed = (biller.lines(play(each, orders)) for each in (without_mail, with_mail))
        more = less(added(*(line.units for line in mailed)), added(*(line.units for line in lines)))
        found[case] = [*lines, Line(E_MAIL, more, biller.prices.dollars(more))]
    return found


def _figure(dollars: float) -> str:
    return f"{dollars:>{_FIGURE}.4f}" if round(dollars, 4) else " " * _FIGURE


def _row(name: str, *dollars: float, decimals: int = 4) -> str:
    return f"{name:<{WIDTH - 8 * len(dollars)}}" + "".join(f"{each:>8.{decimals}f}" for each in dollars)


def _monthly(months: Sequence[Monthly]) -> Iterator[str]:
    """What always exists first, with its sum; then what a parameter creates, or leaves out."""
    always = [part for part in months if not part.parameters]
    yield from (_row(f"  {part.name}", part.dollars, decimals=2) for part in always)
    yield _row("  together", sum(part.dollars for part in always), decimals=2)
    others = (part for part in months if part.parameters)
    yield from (_row(f"  {part.name} (with {part.parameters})", part.dollars, decimals=2) for part in others)
