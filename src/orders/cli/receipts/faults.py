"""What is wrong with the page, its words or the orders, as a person who edits them reads it."""

import typst
from rich.text import Text

from orders.cli.terminal import console, plain
from orders.order.errors import ReceiptImpossible

_ORDERS_NAMED = 3


def explained(error: ReceiptImpossible) -> str:
    """The typesetter's own words, where it has any: they show the file, the line and the column."""
    cause = error.__cause__
    if not isinstance(cause, typst.TypstError):
        return str(error)
    return "\n".join([cause.diagnostic.strip("\n"), *cause.trace])


def by_order(found: list[tuple[str, str]]) -> list[str]:
    """Each fault once, with the first few of the orders that have it; a fault of the page is one of all."""
    orders: dict[str, list[str]] = {}
    for order_id, fault in found:
        orders.setdefault(fault, []).append(order_id)
    return [f"{fault}\n{_where(ids)}" for fault, ids in orders.items()]


def _where(ids: list[str]) -> str:
    more = f" and {len(ids) - _ORDERS_NAMED} more" if len(ids) > _ORDERS_NAMED else ""
    return f"in {', '.join(ids[:_ORDERS_NAMED])}{more}"


def tell(faults: list[str]) -> None:
    """Show them on stderr, in as many lines as they have."""
    for fault in faults:
        first, *others = map(plain, fault.splitlines())
        console(stderr=True).print(Text("\n").join([Text(first, "red"), *map(Text, others)]), soft_wrap=True)
