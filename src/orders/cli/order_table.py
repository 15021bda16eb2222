"""Prints orders as a table that fits the terminal, with names in any script."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from rich.console import Console
from rich.text import Text

from orders.cli.terminal import STATUS_STYLES, local_time, plain

_GAP = "  "
_STATUS = 9
_AGE = 4
_SHORTEST = len("ORDER")
_LONGEST_ID = 36
"""In a narrow terminal, or if an id is longer, it gets a line of its own: nobody could copy an id that is cut."""
_LONGEST_NUMBER = 14
_SHORTEST_CUSTOMER = 18


@dataclass(frozen=True, slots=True)
class Widths:
    """The widths of the columns that adapt to their contents, in terminal cells."""

    order: int
    number: int
    customer: int
    total: int

    @property
    def after_the_id(self) -> tuple[int, ...]:
        """Of the columns that follow the id. Without order numbers, they have no column."""
        return (*([self.number] if self.number else []), self.customer, self.total, _AGE)


def show(orders: Sequence[dict[str, Any]], out: Console) -> None:
    widths, now = _widths(orders, out.width), datetime.now(UTC)
    out.print(_heading(widths), soft_wrap=True)
    for order in orders:
        for line in _lines(order, widths, now):
            out.print(line, soft_wrap=True)


def _widths(orders: Sequence[dict[str, Any]], width: int) -> Widths:
    total = max(_SHORTEST, *(len(_total(order)) for order in orders))
    number = _width_of_numbers(orders)
    free = width - _STATUS - total - _AGE - 4 * len(_GAP) - (number + len(_GAP) if number else 0)
    room = min(free - _SHORTEST_CUSTOMER, _LONGEST_ID)
    order = max([_SHORTEST, *(length for order in orders if (length := len(order["orderId"])) <= room)])
    return Widths(order, number, max(_SHORTEST_CUSTOMER, free - order), total)


def _width_of_numbers(orders: Sequence[dict[str, Any]]) -> int:
    """Zero if no order has a number."""
    longest = max(Text(plain(order.get("orderNumber") or "")).cell_len for order in orders)
    return min(max(longest, len("NUMBER")), _LONGEST_NUMBER) if longest else 0


def _heading(widths: Widths) -> Text:
    number = [("NUMBER", widths.number)] if widths.number else []
    cells = ("STATUS", _STATUS), ("ORDER", widths.order), *number, ("CUSTOMER", widths.customer)
    left = [_cell(name, width) for name, width in cells]
    heading = [*left, _cell("TOTAL", widths.total, align="right"), _cell("AGE", _AGE, align="right")]
    line = Text(_GAP).join(heading)
    line.stylize("dim")
    return line


def _lines(order: dict[str, Any], widths: Widths, now: datetime) -> Iterator[Text]:
    status = _cell(order["status"], _STATUS, STATUS_STYLES.get(order["status"], ""))
    order_id = Text(plain(order["orderId"]))
    if len(order_id) > widths.order:
        yield Text(_GAP).join([status, order_id])
        status, order_id = _cell("", _STATUS), Text()
    order_id.pad_right(widths.order - len(order_id))
    customer = _cell(order["customerName"], widths.customer)
    total = _cell(_total(order), widths.total, align="right")
    age = _cell(_age(now - local_time(order["receivedAt"])), _AGE, "dim", "right")
    number = [_cell(order.get("orderNumber") or "", widths.number)] if widths.number else []
    yield Text(_GAP).join([status, order_id, *number, customer, total, age])
    rest = widths.order + sum(len(_GAP) + width for width in widths.after_the_id)
    if order["status"] == "FAILED" and order["lastError"]:
        yield Text(_GAP).join([_cell("", _STATUS), _cell(order["lastError"], rest, "red")])
    if order["mail"] == "HELD":
        held = _cell("e-mail held: see orders outbox release --help", rest, "yellow")
        yield Text(_GAP).join([_cell("", _STATUS), held])


def _cell(text: str, width: int, style: str = "", align: Literal["left", "right"] = "left") -> Text:
    cell = Text(plain(text), style)
    cell.truncate(width, overflow="ellipsis")
    cell.align(align, width)
    return cell


def _total(order: dict[str, Any]) -> str:
    return f"{order['total']} {order['currency']}" if order["total"] else ""


def _age(age: timedelta) -> str:
    seconds = max(0, int(age.total_seconds()))
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "m")):
        if seconds >= size:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"
