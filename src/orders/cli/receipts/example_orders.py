"""Reads example orders from a file. All were received at one moment, so that pictures change with the page only."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from orders.cli.exits import ExitCode, Stop
from orders.cli.submitting import lines
from orders.cli.submitting.lines import Line
from orders.order import validation
from orders.order.errors import InvalidOrder
from orders.order.order import Order
from orders.order.posted import MAX_BODY_BYTES, PostedOrder

_NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
_MOST_FAULTS = 10


@dataclass
class Examples:
    """`faults` say which lines have no valid order, and why."""

    rows: list[Order] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def read(path: Path) -> Examples:
    """The orders of a file. After ten faults it reads no further: it is probably not a file of orders.

    Raises:
        Stop: the file can't be read.
    """
    examples, lines_by_name = Examples(), dict[str, int]()
    for line in _lines(path):
        try:
            order = _order(line)
            if (first := lines_by_name.setdefault(order.order_id.lower(), line.number)) != line.number:
                raise ValueError(f"orderId: line {first} has the same one, and the files are named after it")
            examples.rows.append(Order.received(order, "preview", _NINE, "https://shop.example/"))
        except ValueError as fault:
            examples.faults.append(f"{path}, line {line.number}: {fault}")
        if len(examples.faults) == _MOST_FAULTS:
            examples.faults.append(f"{path} has too many faults to go on. It must have orders as JSON, one per line.")
            break
    return examples


def _lines(path: Path) -> Iterator[Line]:
    try:
        with path.open("rb") as file:
            yield from lines.read(file)
    except OSError as error:
        raise Stop(
            f"{path} can't be read ({error.strerror}). Name a file of orders: orders receipt preview ORDERS.jsonl. The"
            " project has one at examples/receipts.jsonl.",
            ExitCode.USAGE,
        ) from None


def _order(line: Line) -> PostedOrder:
    if len(line.order) > MAX_BODY_BYTES:
        raise ValueError(f"an order may have at most {MAX_BODY_BYTES:,} bytes")
    try:
        return validation.parse(json.loads(line.order))
    except InvalidOrder as error:
        raise ValueError("; ".join(f"{wrong.pointer[2:]}: {wrong.detail}" for wrong in error.fields)) from None
    except (ValueError, RecursionError) as error:
        raise ValueError(f"is not JSON: {str(error).replace(': line 1 column', ' at column')}") from None
