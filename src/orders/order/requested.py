"""The lines of a refund as parts of an order, and the sentences about those that do not fit it."""

from typing import TYPE_CHECKING

from orders.order import dividing, money
from orders.order.errors import WrongField
from orders.order.ledger import Ledger
from orders.order.taken import Part, Taken
from orders.order.text import so_many

if TYPE_CHECKING:
    from orders.order.refund import RefundLine


class Requested:
    """The parts of an order that a refund takes, by place.

    `wrong` says which lines do not fit the order, `beyond` which take more than remains.
    """

    def __init__(self, ledger: Ledger, rest: Taken) -> None:
        self._ledger, self._rest = ledger, rest
        self.parts = dict[int, Part]()
        self.wrong, self.beyond = list[WrongField](), list[WrongField]()
        self._seen = set[int]()

    def add(self, number: int, line: "RefundLine") -> None:
        """The entry at a place in the refund's list, counted from 0."""
        pointer, place = f"#/lines/{number}", self._place(line)
        if place is None:
            self.wrong.append(self._unknown(line, pointer))
        elif place in self._seen:
            self.wrong.append(WrongField(pointer, f"must not name {_named(line)} a second time"))
        else:
            self._seen.add(place)
            self._take(place, line, pointer)

    def _place(self, line: "RefundLine") -> int | None:
        lines, parts = self._ledger.lines, self._ledger.parts
        first, last, position = (0, lines, line.item) if line.item else (lines, parts, line.charge)
        place = first + (position or 0) - 1
        return place if first <= place < last else None

    def _unknown(self, line: "RefundLine", pointer: str) -> WrongField:
        name, thing, most = "item", "line item", self._ledger.lines
        if line.item is None:
            name, thing, most = "charge", "charge", self._ledger.parts - self._ledger.lines
        limit = f"must be from 1 to {most}" if most else "must be left out"
        return WrongField(
            f"{pointer}/{name}", f"{limit}: the order has {so_many(most, thing) if most else f'no {thing}s'}"
        )

    def _take(self, place: int, line: "RefundLine", pointer: str) -> None:
        whole, rest = self._ledger.whole.part(place), self._rest.part(place)
        if not rest.amount and (whole.amount or (whole.quantity and not rest.quantity)):
            self._exceeds(pointer, f"must not name {_named(line)}: all of it was refunded before, and nothing remains")
        elif line.quantity is not None:
            self._take_quantity(place, line, f"{pointer}/quantity")
        elif line.amount is not None:
            self._take_amount(place, line, f"{pointer}/amount")
        else:
            self.parts[place] = rest

    def _take_quantity(self, place: int, line: "RefundLine", pointer: str) -> None:
        whole, rest = self._ledger.whole.part(place), self._rest.part(place)
        quantity = money.to_millionths(line.quantity or 0)
        if quantity > abs(rest.quantity):
            remains = money.from_millionths(abs(rest.quantity))
            self._exceeds(
                pointer,
                f"must not take more than the quantity of {remains} that remains of {_named(line)};"
                f" it takes {line.quantity}",
            )
        elif quantity == abs(rest.quantity):
            self.parts[place] = rest
        else:
            amount = money.divided(whole.amount * quantity, abs(whole.quantity))
            self._take_part(place, line, pointer, abs(amount), quantity)

    def _take_amount(self, place: int, line: "RefundLine", pointer: str) -> None:
        try:
            amount = money.to_minor(line.amount or "0", self._ledger.currency)
        except ValueError as error:
            self.wrong.append(WrongField(pointer, str(error)))
        else:
            self._take_part(place, line, pointer, amount, 0)

    def _take_part(self, place: int, line: "RefundLine", pointer: str, amount: int, quantity: int) -> None:
        """`amount` and `quantity` are positive: a line with a negative quantity is given back in its own direction."""
        rest, currency = self._rest.part(place), self._ledger.currency
        remains = abs(rest.amount)
        if quantity and amount == remains + 1:
            amount = remains  # quantities before were rounded up
        if amount > remains:
            self._exceeds(
                pointer,
                f"must not take more than the {money.text(remains, currency)} that remains of {_named(line)};"
                f" it takes {money.text(amount, currency)}",
            )
            return
        sign = -1 if self._ledger.whole.part(place).quantity < 0 else 1
        self.parts[place] = dividing.of_part(rest, sign * amount, sign * quantity)

    def _exceeds(self, pointer: str, detail: str) -> None:
        self.beyond.append(WrongField(pointer, detail))


def _named(line: "RefundLine") -> str:
    return f"charge {line.charge}" if line.item is None else f"line {line.item}"
