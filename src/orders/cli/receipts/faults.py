"""Prints the faults of the page and of orders, for the person who edits them."""

import typst
from rich.text import Text

from orders.cli.terminal import console, plain
from orders.order.errors import ReceiptImpossible

_ORDERS_NAMED = 3


def explained(error: ReceiptImpossible) -> str:
    """The typesetter's own message, if there is one: it shows the file, the line and the column."""
    cause = error.__cause__
    if not isinstance(cause, typst.TypstError):
        return str(error)
    return "\n".join([cause.diagnostic.strip("\n"), *cause.trace])


def by_order(found: list[tuple[str, str]]) -> list[str]:
    """Each fault once, with the first few orders that have it. All orders have a fault of the page."""
    orders: dict[str, list[str]] = {}
    for order_id, fault in found:
        orders.setdefault(fault, []).append(order_id)
    return [f"{fault}\n{_where(ids)}" for fault, ids in orders.items()]


def _where(ids: list[str]) -> str:
    more = f" and {len(ids) - _ORDERS_NAMED} more" if len(ids) > _ORDERS_NAMED else ""
    return f"in {', '.join(ids[:_ORDERS_NAMED])}{more}"


def tell(faults: list[str]) -> None:
    """Print faults on stderr. A fault may have several lines."""
    for fault in faults:
        first, *others = map(plain, fault.splitlines())
        console(stderr=True).print(Text("\n").join([Text(first, "red"), *map(Text, others)]), soft_wrap=True)
