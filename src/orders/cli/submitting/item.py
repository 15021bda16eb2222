"""Reads a line item as a person types it: `NAME x QUANTITY @ PRICE`, and `+ TAX%` if there is tax."""

import re
from typing import Any

from orders.cli.exits import ExitCode, Stop

_ITEM = re.compile(r"(.+?)\s+[x×]\s*([0-9]{1,9})\s*@\s*([0-9.]+)(?:\s*\+\s*([0-9.]+)\s*%)?\s*")  # noqa: RUF001


def parse(text: str) -> dict[str, Any]:
    """The item as the API takes it. The server checks its limits.

    Raises:
        Stop: the text has another form.
    """
    match = _ITEM.fullmatch(text)
    if not match:
        raise Stop(
            f"--item must be NAME x QUANTITY @ PRICE [+ TAX%], as in 'Mug x 2 @ 12.50 + 20%', but it is: {text}",
            ExitCode.USAGE,
        )
    name, quantity, price, tax = match.groups()
    item = {"name": name, "quantity": int(quantity), "unitPrice": price}
    return item | {"taxRate": tax} if tax else item
